// Made by `cargo xtask gen` from schema/openapi.json.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Appointments */
        readonly Appointments: {
            /**
             * At · 预约时间
             * Format: date-time
             */
            readonly at: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Customer · 客户 */
            readonly customer_id: string;
            readonly customer_id_label?: string | null;
            /**
             * Done at · 完成时间
             * Format: date-time
             */
            readonly done_at: string | null;
            readonly id: string;
            /** Note · 备注 */
            readonly note: string | null;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state: "open" | "done" | "cancelled" | null;
            /** About · 事项 */
            readonly subject: string;
            /** Format: date-time */
            readonly updated_at: string;
            /** Whose · 负责人 */
            readonly user_id: string | null;
            readonly user_id_label?: string | null;
            readonly version: number;
        };
        readonly AppointmentsChange: {
            /**
             * At · 预约时间
             * Format: date-time
             */
            readonly at?: string;
            /** Note · 备注 */
            readonly note?: string | null;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state?: "open" | "done" | "cancelled" | null;
            /** About · 事项 */
            readonly subject?: string;
            /** Whose · 负责人 */
            readonly user_id?: string | null;
        };
        readonly AppointmentsNew: {
            /**
             * At · 预约时间
             * Format: date-time
             */
            readonly at: string;
            /** Customer · 客户 */
            readonly customer_id: string;
            /** Note · 备注 */
            readonly note?: string | null;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state?: "open" | "done" | "cancelled" | null;
            /** About · 事项 */
            readonly subject: string;
            /** Whose · 负责人 */
            readonly user_id?: string | null;
        };
        readonly AppointmentsPage: {
            readonly items: readonly components["schemas"]["Appointments"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Articles */
        readonly Articles: {
            /** Author · 作者 */
            readonly author_id: string | null;
            readonly author_id_label?: string | null;
            /** Text · 正文 */
            readonly body: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly id: string;
            /** Node · 所属节点 */
            readonly node_id: string;
            readonly node_id_label?: string | null;
            /**
             * Published · 发布时间
             * Format: date-time
             */
            readonly published_at: string | null;
            readonly revision: number | null;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state: "draft" | "published" | "withdrawn" | null;
            readonly tags: readonly string[];
            /** Title · 标题 */
            readonly title: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly used: number | null;
            readonly version: number;
        };
        readonly ArticlesChange: {
            /** Text · 正文 */
            readonly body?: string;
            /** Node · 所属节点 */
            readonly node_id?: string;
            readonly tags?: readonly string[];
            /** Title · 标题 */
            readonly title?: string;
        };
        readonly ArticlesNew: {
            /** Text · 正文 */
            readonly body: string;
            /** Node · 所属节点 */
            readonly node_id: string;
            readonly tags?: readonly string[];
            /** Title · 标题 */
            readonly title: string;
        };
        readonly ArticlesPage: {
            readonly items: readonly components["schemas"]["Articles"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Audit log */
        readonly Audit: {
            /** Action · 操作 */
            readonly action: string;
            /** Who · 操作人 */
            readonly actor: string;
            /** User · 用户 */
            readonly actor_id: string | null;
            readonly actor_id_label?: string | null;
            /** From · 来源地址 */
            readonly address: string | null;
            readonly after: unknown;
            readonly before: unknown;
            /** Format: date-time */
            readonly created_at: string;
            readonly id: string;
            /** Name · 对象名称 */
            readonly label: string | null;
            /** On · 对象类型 */
            readonly resource: string;
            /** Id · 对象编号 */
            readonly target: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly AuditPage: {
            readonly items: readonly components["schemas"]["Audit"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Bulletins */
        readonly Bulletins: {
            /** Author · 发布人 */
            readonly author_id: string | null;
            readonly author_id_label?: string | null;
            /** Text · 内容 */
            readonly body: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean | null;
            /**
             * From · 开始时间
             * Format: date-time
             */
            readonly from_at: string | null;
            readonly group_ids: readonly string[];
            readonly group_ids_label?: readonly (string | null)[];
            readonly id: string;
            /**
             * Level · 级别
             * @enum {string|null}
             */
            readonly level: "info" | "warning" | "urgent" | null;
            readonly on_wall: boolean | null;
            /** Title · 标题 */
            readonly title: string;
            /**
             * Until · 结束时间
             * Format: date-time
             */
            readonly until_at: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly BulletinsChange: {
            /** Text · 内容 */
            readonly body?: string;
            readonly enabled?: boolean | null;
            /**
             * From · 开始时间
             * Format: date-time
             */
            readonly from_at?: string | null;
            readonly group_ids?: readonly string[];
            /**
             * Level · 级别
             * @enum {string|null}
             */
            readonly level?: "info" | "warning" | "urgent" | null;
            readonly on_wall?: boolean | null;
            /** Title · 标题 */
            readonly title?: string;
            /**
             * Until · 结束时间
             * Format: date-time
             */
            readonly until_at?: string | null;
        };
        readonly BulletinsNew: {
            /** Text · 内容 */
            readonly body: string;
            readonly enabled?: boolean | null;
            /**
             * From · 开始时间
             * Format: date-time
             */
            readonly from_at?: string | null;
            readonly group_ids?: readonly string[];
            /**
             * Level · 级别
             * @enum {string|null}
             */
            readonly level?: "info" | "warning" | "urgent" | null;
            readonly on_wall?: boolean | null;
            /** Title · 标题 */
            readonly title: string;
            /**
             * Until · 结束时间
             * Format: date-time
             */
            readonly until_at?: string | null;
        };
        readonly BulletinsPage: {
            readonly items: readonly components["schemas"]["Bulletins"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Business hours */
        readonly BusinessHours: {
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
            readonly week: unknown;
            /** Time zone · 时区 */
            readonly zone: string;
        };
        readonly BusinessHoursChange: {
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name?: string;
            /** Note · 备注 */
            readonly note?: string | null;
            readonly week?: unknown;
            /** Time zone · 时区 */
            readonly zone?: string;
        };
        readonly BusinessHoursNew: {
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note?: string | null;
            readonly week: unknown;
            /** Time zone · 时区 */
            readonly zone?: string;
        };
        readonly BusinessHoursPage: {
            readonly items: readonly components["schemas"]["BusinessHours"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Fields of customers */
        readonly CustomerFields: {
            /** Format: date-time */
            readonly created_at: string;
            /** Dictionary · 字典 */
            readonly dictionary_id: string | null;
            readonly dictionary_id_label?: string | null;
            readonly enabled: boolean | null;
            readonly id: string;
            /**
             * Kind · 类型
             * @enum {string}
             */
            readonly kind: "text" | "number" | "date" | "yes_no" | "choice";
            /** Code · 编码 */
            readonly name: string;
            readonly position: number | null;
            readonly required: boolean | null;
            /** English · 英文 */
            readonly title_en: string;
            /** Chinese · 中文 */
            readonly title_zh: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly CustomerFieldsChange: {
            /** Dictionary · 字典 */
            readonly dictionary_id?: string | null;
            readonly enabled?: boolean | null;
            readonly position?: number | null;
            readonly required?: boolean | null;
            /** English · 英文 */
            readonly title_en?: string;
            /** Chinese · 中文 */
            readonly title_zh?: string;
        };
        readonly CustomerFieldsNew: {
            /** Dictionary · 字典 */
            readonly dictionary_id?: string | null;
            readonly enabled?: boolean | null;
            /**
             * Kind · 类型
             * @enum {string}
             */
            readonly kind: "text" | "number" | "date" | "yes_no" | "choice";
            /** Code · 编码 */
            readonly name: string;
            readonly position?: number | null;
            readonly required?: boolean | null;
            /** English · 英文 */
            readonly title_en: string;
            /** Chinese · 中文 */
            readonly title_zh: string;
        };
        readonly CustomerFieldsPage: {
            readonly items: readonly components["schemas"]["CustomerFields"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Customers */
        readonly Customers: {
            /** Address · 地址 */
            readonly address: string | null;
            /** Company · 单位 */
            readonly company: string | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Mail · 邮箱 */
            readonly email: string | null;
            readonly id: string;
            /** Level · 级别 */
            readonly level: string | null;
            readonly level_label?: string | null;
            /** Name · 姓名 */
            readonly name: string;
            readonly own: unknown;
            /** Owner · 所有人 */
            readonly owner_id: string | null;
            readonly owner_id_label?: string | null;
            readonly phones: readonly string[];
            /** Remark · 备注 */
            readonly remark: string | null;
            readonly tags: readonly string[];
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly CustomersChange: {
            /** Address · 地址 */
            readonly address?: string | null;
            /** Company · 单位 */
            readonly company?: string | null;
            /** Mail · 邮箱 */
            readonly email?: string | null;
            /** Level · 级别 */
            readonly level?: string | null;
            /** Name · 姓名 */
            readonly name?: string;
            readonly own?: unknown;
            /** Owner · 所有人 */
            readonly owner_id?: string | null;
            readonly phones?: readonly string[];
            /** Remark · 备注 */
            readonly remark?: string | null;
            readonly tags?: readonly string[];
        };
        readonly CustomersNew: {
            /** Address · 地址 */
            readonly address?: string | null;
            /** Company · 单位 */
            readonly company?: string | null;
            /** Mail · 邮箱 */
            readonly email?: string | null;
            /** Level · 级别 */
            readonly level?: string | null;
            /** Name · 姓名 */
            readonly name: string;
            readonly own?: unknown;
            /** Owner · 所有人 */
            readonly owner_id?: string | null;
            readonly phones?: readonly string[];
            /** Remark · 备注 */
            readonly remark?: string | null;
            readonly tags?: readonly string[];
        };
        readonly CustomersPage: {
            readonly items: readonly components["schemas"]["Customers"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Transfers of customers */
        readonly CustomerTransfers: {
            /**
             * What · 操作
             * @enum {string}
             */
            readonly action: "claim" | "release" | "transfer";
            /** Format: date-time */
            readonly created_at: string;
            /** Customer · 客户 */
            readonly customer_id: string;
            readonly customer_id_label?: string | null;
            /** From · 原所有人 */
            readonly from_id: string | null;
            readonly from_id_label?: string | null;
            readonly id: string;
            /** Reason · 原因 */
            readonly reason: string | null;
            /** To · 新所有人 */
            readonly to_id: string | null;
            readonly to_id_label?: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            /** By · 操作人 */
            readonly user_id: string | null;
            readonly user_id_label?: string | null;
            readonly version: number;
        };
        readonly CustomerTransfersPage: {
            readonly items: readonly components["schemas"]["CustomerTransfers"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Screens */
        readonly Devices: {
            readonly boards: readonly string[];
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean | null;
            /**
             * Until · 有效期至
             * Format: date-time
             */
            readonly expires_at: string | null;
            /** Key begins with · 密钥开头 */
            readonly hint: string | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            /**
             * Paired · 配对时间
             * Format: date-time
             */
            readonly paired_at: string | null;
            /** Place · 位置 */
            readonly place: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            /**
             * Last seen · 最近在线
             * Format: date-time
             */
            readonly used_at: string | null;
            /** Last seen from · 最近来源 */
            readonly used_from: string | null;
            readonly version: number;
        };
        readonly DevicesChange: {
            readonly boards?: readonly string[];
            readonly enabled?: boolean | null;
            /**
             * Until · 有效期至
             * Format: date-time
             */
            readonly expires_at?: string | null;
            /** Name · 名称 */
            readonly name?: string;
            /** Place · 位置 */
            readonly place?: string | null;
        };
        readonly DevicesNew: {
            readonly boards: readonly string[];
            readonly enabled?: boolean | null;
            /**
             * Until · 有效期至
             * Format: date-time
             */
            readonly expires_at?: string | null;
            /** Name · 名称 */
            readonly name: string;
            /** Place · 位置 */
            readonly place?: string | null;
        };
        readonly DevicesPage: {
            readonly items: readonly components["schemas"]["Devices"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Dictionaries */
        readonly Dictionaries: {
            /** Code · 编码 */
            readonly code: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Description · 说明 */
            readonly description: string | null;
            readonly enabled: boolean | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly DictionariesChange: {
            /** Description · 说明 */
            readonly description?: string | null;
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name?: string;
        };
        readonly DictionariesNew: {
            /** Code · 编码 */
            readonly code: string;
            /** Description · 说明 */
            readonly description?: string | null;
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name: string;
        };
        readonly DictionariesPage: {
            readonly items: readonly components["schemas"]["Dictionaries"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Options */
        readonly DictionaryOptions: {
            /** Format: date-time */
            readonly created_at: string;
            /** Dictionary · 字典 */
            readonly dictionary_id: string;
            readonly dictionary_id_label?: string | null;
            readonly enabled: boolean | null;
            readonly id: string;
            readonly position: number | null;
            /** English · 英文 */
            readonly title_en: string;
            /** Chinese · 中文 */
            readonly title_zh: string;
            /** Format: date-time */
            readonly updated_at: string;
            /** Value · 值 */
            readonly value: string;
            readonly version: number;
        };
        readonly DictionaryOptionsChange: {
            readonly enabled?: boolean | null;
            readonly position?: number | null;
            /** English · 英文 */
            readonly title_en?: string;
            /** Chinese · 中文 */
            readonly title_zh?: string;
        };
        readonly DictionaryOptionsNew: {
            /** Dictionary · 字典 */
            readonly dictionary_id: string;
            readonly enabled?: boolean | null;
            readonly position?: number | null;
            /** English · 英文 */
            readonly title_en: string;
            /** Chinese · 中文 */
            readonly title_zh: string;
            /** Value · 值 */
            readonly value: string;
        };
        readonly DictionaryOptionsPage: {
            readonly items: readonly components["schemas"]["DictionaryOptions"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Extensions */
        readonly Extensions: {
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean | null;
            readonly id: string;
            /**
             * Kind · 类型
             * @enum {string|null}
             */
            readonly kind: "sip" | "webrtc" | "outside" | null;
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note: string | null;
            /** Number · 分机号 */
            readonly number: string;
            /** Format: date-time */
            readonly updated_at: string;
            /** User · 使用人 */
            readonly user_id: string | null;
            readonly user_id_label?: string | null;
            readonly version: number;
        };
        readonly ExtensionsChange: {
            readonly enabled?: boolean | null;
            /**
             * Kind · 类型
             * @enum {string|null}
             */
            readonly kind?: "sip" | "webrtc" | "outside" | null;
            /** Name · 名称 */
            readonly name?: string;
            /** Note · 备注 */
            readonly note?: string | null;
            /** Number · 分机号 */
            readonly number?: string;
            /** User · 使用人 */
            readonly user_id?: string | null;
        };
        readonly ExtensionsNew: {
            readonly enabled?: boolean | null;
            /**
             * Kind · 类型
             * @enum {string|null}
             */
            readonly kind?: "sip" | "webrtc" | "outside" | null;
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note?: string | null;
            /** Number · 分机号 */
            readonly number: string;
            /** User · 使用人 */
            readonly user_id?: string | null;
        };
        readonly ExtensionsPage: {
            readonly items: readonly components["schemas"]["Extensions"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Follow-ups */
        readonly FollowUps: {
            /** Call · 通话 */
            readonly call_id: string | null;
            /** What · 内容 */
            readonly content: string;
            /** Format: date-time */
            readonly created_at: string;
            /** Customer · 客户 */
            readonly customer_id: string;
            readonly customer_id_label?: string | null;
            readonly id: string;
            /**
             * How · 方式
             * @enum {string|null}
             */
            readonly kind: "call" | "message" | "mail" | "visit" | "other" | null;
            /**
             * Go on at · 下次跟进
             * Format: date-time
             */
            readonly next_at: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            /** By · 跟进人 */
            readonly user_id: string | null;
            readonly user_id_label?: string | null;
            readonly version: number;
        };
        readonly FollowUpsChange: {
            /** What · 内容 */
            readonly content?: string;
            /**
             * How · 方式
             * @enum {string|null}
             */
            readonly kind?: "call" | "message" | "mail" | "visit" | "other" | null;
            /**
             * Go on at · 下次跟进
             * Format: date-time
             */
            readonly next_at?: string | null;
        };
        readonly FollowUpsNew: {
            /** Call · 通话 */
            readonly call_id?: string | null;
            /** What · 内容 */
            readonly content: string;
            /** Customer · 客户 */
            readonly customer_id: string;
            /**
             * How · 方式
             * @enum {string|null}
             */
            readonly kind?: "call" | "message" | "mail" | "visit" | "other" | null;
            /**
             * Go on at · 下次跟进
             * Format: date-time
             */
            readonly next_at?: string | null;
        };
        readonly FollowUpsPage: {
            readonly items: readonly components["schemas"]["FollowUps"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Holidays */
        readonly Holidays: {
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Day · 日期
             * Format: date
             */
            readonly day: string;
            readonly hours: unknown;
            readonly id: string;
            /**
             * Kind · 类型
             * @enum {string|null}
             */
            readonly kind: "closed" | "working" | null;
            /** Name · 名称 */
            readonly name: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly HolidaysChange: {
            /**
             * Day · 日期
             * Format: date
             */
            readonly day?: string;
            readonly hours?: unknown;
            /**
             * Kind · 类型
             * @enum {string|null}
             */
            readonly kind?: "closed" | "working" | null;
            /** Name · 名称 */
            readonly name?: string;
        };
        readonly HolidaysNew: {
            /**
             * Day · 日期
             * Format: date
             */
            readonly day: string;
            readonly hours?: unknown;
            /**
             * Kind · 类型
             * @enum {string|null}
             */
            readonly kind?: "closed" | "working" | null;
            /** Name · 名称 */
            readonly name: string;
        };
        readonly HolidaysPage: {
            readonly items: readonly components["schemas"]["Holidays"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        readonly ImportJob: {
            readonly accepted: number;
            readonly done: number;
            readonly errors: readonly {
                readonly code?: string;
                readonly field?: string;
                readonly message?: string;
                readonly row?: number;
            }[];
            readonly id: string;
            readonly path: string;
            readonly rejected: number;
            readonly resource: string;
            readonly rows: number;
            /** @enum {string} */
            readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
        };
        /** Knowledge tree */
        readonly KnowledgeNodes: {
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            /** Above · 上级 */
            readonly parent_id: string | null;
            readonly parent_id_label?: string | null;
            readonly position: number | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly KnowledgeNodesChange: {
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name?: string;
            /** Above · 上级 */
            readonly parent_id?: string | null;
            readonly position?: number | null;
        };
        readonly KnowledgeNodesNew: {
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name: string;
            /** Above · 上级 */
            readonly parent_id?: string | null;
            readonly position?: number | null;
        };
        readonly KnowledgeNodesPage: {
            readonly items: readonly components["schemas"]["KnowledgeNodes"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Black and red lists */
        readonly Lists: {
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Decided · 审核时间
             * Format: date-time
             */
            readonly decided_at: string | null;
            /** Decided by · 审核人 */
            readonly decided_by: string | null;
            readonly decided_by_label?: string | null;
            /** Why so decided · 审核意见 */
            readonly decision: string | null;
            /**
             * From · 生效时间
             * Format: date-time
             */
            readonly from_at: string | null;
            readonly hits: number | null;
            readonly id: string;
            /**
             * List · 名单类型
             * @enum {string}
             */
            readonly kind: "black" | "red";
            /**
             * Last hit · 最近命中
             * Format: date-time
             */
            readonly last_hit_at: string | null;
            /**
             * Matching · 匹配方式
             * @enum {string|null}
             */
            readonly matching: "exact" | "prefix" | "area" | null;
            /** Note · 备注 */
            readonly note: string | null;
            /** Number · 号码 */
            readonly number: string;
            /** Reason · 原因 */
            readonly reason: string;
            /** Asked by · 申请人 */
            readonly requested_by: string | null;
            readonly requested_by_label?: string | null;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state: "requested" | "approved" | "refused" | "revoked" | null;
            /**
             * Calls are · 处理方式
             * @enum {string|null}
             */
            readonly treatment: "reject" | "low_priority" | null;
            /**
             * Until · 失效时间
             * Format: date-time
             */
            readonly until_at: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly ListsChange: {
            /**
             * From · 生效时间
             * Format: date-time
             */
            readonly from_at?: string | null;
            /**
             * List · 名单类型
             * @enum {string}
             */
            readonly kind?: "black" | "red";
            /**
             * Matching · 匹配方式
             * @enum {string|null}
             */
            readonly matching?: "exact" | "prefix" | "area" | null;
            /** Note · 备注 */
            readonly note?: string | null;
            /** Number · 号码 */
            readonly number?: string;
            /** Reason · 原因 */
            readonly reason?: string;
            /**
             * Calls are · 处理方式
             * @enum {string|null}
             */
            readonly treatment?: "reject" | "low_priority" | null;
            /**
             * Until · 失效时间
             * Format: date-time
             */
            readonly until_at?: string | null;
        };
        readonly ListsNew: {
            /**
             * From · 生效时间
             * Format: date-time
             */
            readonly from_at?: string | null;
            /**
             * List · 名单类型
             * @enum {string}
             */
            readonly kind: "black" | "red";
            /**
             * Matching · 匹配方式
             * @enum {string|null}
             */
            readonly matching?: "exact" | "prefix" | "area" | null;
            /** Note · 备注 */
            readonly note?: string | null;
            /** Number · 号码 */
            readonly number: string;
            /** Reason · 原因 */
            readonly reason: string;
            /**
             * Calls are · 处理方式
             * @enum {string|null}
             */
            readonly treatment?: "reject" | "low_priority" | null;
            /**
             * Until · 失效时间
             * Format: date-time
             */
            readonly until_at?: string | null;
        };
        readonly ListsPage: {
            readonly items: readonly components["schemas"]["Lists"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Opportunities */
        readonly Opportunities: {
            /**
             * Amount · 金额
             * @description An amount with two decimals
             */
            readonly amount: string | null;
            /**
             * Closed at · 关闭时间
             * Format: date-time
             */
            readonly closed_at: string | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Customer · 客户 */
            readonly customer_id: string;
            readonly customer_id_label?: string | null;
            /**
             * Expected close · 预计成交日
             * Format: date
             */
            readonly expected_on: string | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note: string | null;
            /** Owner · 负责人 */
            readonly owner_id: string | null;
            readonly owner_id_label?: string | null;
            /** Stage · 阶段 */
            readonly stage: string;
            readonly stage_label?: string | null;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state: "open" | "won" | "lost" | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly OpportunitiesChange: {
            /**
             * Amount · 金额
             * @description An amount with two decimals
             */
            readonly amount?: string | null;
            /**
             * Expected close · 预计成交日
             * Format: date
             */
            readonly expected_on?: string | null;
            /** Name · 名称 */
            readonly name?: string;
            /** Note · 备注 */
            readonly note?: string | null;
            /** Owner · 负责人 */
            readonly owner_id?: string | null;
            /** Stage · 阶段 */
            readonly stage?: string;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state?: "open" | "won" | "lost" | null;
        };
        readonly OpportunitiesNew: {
            /**
             * Amount · 金额
             * @description An amount with two decimals
             */
            readonly amount?: string | null;
            /** Customer · 客户 */
            readonly customer_id: string;
            /**
             * Expected close · 预计成交日
             * Format: date
             */
            readonly expected_on?: string | null;
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note?: string | null;
            /** Owner · 负责人 */
            readonly owner_id?: string | null;
            /** Stage · 阶段 */
            readonly stage: string;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state?: "open" | "won" | "lost" | null;
        };
        readonly OpportunitiesPage: {
            readonly items: readonly components["schemas"]["Opportunities"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Parameters */
        readonly Parameters: {
            readonly calls_kept_days: number | null;
            readonly claim_limit: number | null;
            readonly claim_limit_day: number | null;
            /** Format: date-time */
            readonly created_at: string;
            readonly id: string;
            readonly lists_approval: boolean | null;
            readonly mask_head: number | null;
            readonly mask_tail: number | null;
            readonly recordings_kept_days: number | null;
            readonly softphone_auto_answer: boolean | null;
            /**
             * Soft-phone: ring · 软电话: 铃声
             * @enum {string|null}
             */
            readonly softphone_ring: "classic" | "soft" | "bright" | "silent" | null;
            readonly softphone_ring_limit_s: number | null;
            /** Soft-phone: STUN · 软电话: STUN */
            readonly softphone_stun: string | null;
            /** Soft-phone: server · 软电话: 服务器 */
            readonly softphone_url: string | null;
            /** English title · 英文标题 */
            readonly title_en: string;
            /** Chinese title · 中文标题 */
            readonly title_zh: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
            readonly wrap_up_limit_s: number | null;
        };
        readonly ParametersChange: {
            readonly calls_kept_days?: number | null;
            readonly claim_limit?: number | null;
            readonly claim_limit_day?: number | null;
            readonly lists_approval?: boolean | null;
            readonly mask_head?: number | null;
            readonly mask_tail?: number | null;
            readonly recordings_kept_days?: number | null;
            readonly softphone_auto_answer?: boolean | null;
            /**
             * Soft-phone: ring · 软电话: 铃声
             * @enum {string|null}
             */
            readonly softphone_ring?: "classic" | "soft" | "bright" | "silent" | null;
            readonly softphone_ring_limit_s?: number | null;
            /** Soft-phone: STUN · 软电话: STUN */
            readonly softphone_stun?: string | null;
            /** Soft-phone: server · 软电话: 服务器 */
            readonly softphone_url?: string | null;
            /** English title · 英文标题 */
            readonly title_en?: string;
            /** Chinese title · 中文标题 */
            readonly title_zh?: string;
            readonly wrap_up_limit_s?: number | null;
        };
        readonly ParametersPage: {
            readonly items: readonly components["schemas"]["Parameters"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Reasons for a pause */
        readonly PauseReasons: {
            /** Code in events · 编码 */
            readonly code: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean | null;
            readonly id: string;
            readonly limit_s: number | null;
            readonly position: number | null;
            /** English · 英文 */
            readonly title_en: string;
            /** Chinese · 中文 */
            readonly title_zh: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
            readonly working: boolean | null;
        };
        readonly PauseReasonsChange: {
            readonly enabled?: boolean | null;
            readonly limit_s?: number | null;
            readonly position?: number | null;
            /** English · 英文 */
            readonly title_en?: string;
            /** Chinese · 中文 */
            readonly title_zh?: string;
            readonly working?: boolean | null;
        };
        readonly PauseReasonsNew: {
            /** Code in events · 编码 */
            readonly code: string;
            readonly enabled?: boolean | null;
            readonly limit_s?: number | null;
            readonly position?: number | null;
            /** English · 英文 */
            readonly title_en: string;
            /** Chinese · 中文 */
            readonly title_zh: string;
            readonly working?: boolean | null;
        };
        readonly PauseReasonsPage: {
            readonly items: readonly components["schemas"]["PauseReasons"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        readonly Problem: {
            readonly detail: string;
            readonly errors?: readonly {
                readonly code?: string;
                readonly field?: string;
                readonly message?: string;
            }[];
            readonly status: number;
            readonly title: string;
            readonly type: string;
        };
        /** Targets of queues */
        readonly QueueTargets: {
            /** Format: date-time */
            readonly created_at: string;
            /**
             * From · 生效时间
             * Format: date-time
             */
            readonly from_at: string;
            readonly id: string;
            /** Note · 备注 */
            readonly note: string | null;
            /** Queue in events · 队列 */
            readonly queue: string | null;
            readonly short_limit_s: number | null;
            /** Skill group · 技能组 */
            readonly skill_group_id: string;
            readonly skill_group_id_label?: string | null;
            readonly target_s: number;
            /** Format: date-time */
            readonly updated_at: string;
            /**
             * Variant · 口径
             * @enum {string|null}
             */
            readonly variant: "service_level" | "service_level_all" | "service_level_answered" | "service_level_positive" | "service_level_ignored" | null;
            readonly version: number;
        };
        readonly QueueTargetsChange: {
            /**
             * From · 生效时间
             * Format: date-time
             */
            readonly from_at?: string;
            /** Note · 备注 */
            readonly note?: string | null;
            readonly short_limit_s?: number | null;
            readonly target_s?: number;
            /**
             * Variant · 口径
             * @enum {string|null}
             */
            readonly variant?: "service_level" | "service_level_all" | "service_level_answered" | "service_level_positive" | "service_level_ignored" | null;
        };
        readonly QueueTargetsNew: {
            /**
             * From · 生效时间
             * Format: date-time
             */
            readonly from_at: string;
            /** Note · 备注 */
            readonly note?: string | null;
            readonly short_limit_s?: number | null;
            /** Skill group · 技能组 */
            readonly skill_group_id: string;
            readonly target_s: number;
            /**
             * Variant · 口径
             * @enum {string|null}
             */
            readonly variant?: "service_level" | "service_level_all" | "service_level_answered" | "service_level_positive" | "service_level_ignored" | null;
        };
        readonly QueueTargetsPage: {
            readonly items: readonly components["schemas"]["QueueTargets"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Roles */
        readonly Roles: {
            readonly built_in: boolean | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Description · 说明 */
            readonly description: string | null;
            readonly enabled: boolean | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            readonly rights: readonly string[];
            /**
             * Data scope · 数据权限
             * @enum {string|null}
             */
            readonly scope: "own" | "skill_group" | "group" | "all" | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly RolesChange: {
            /** Description · 说明 */
            readonly description?: string | null;
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name?: string;
            readonly rights?: readonly string[];
            /**
             * Data scope · 数据权限
             * @enum {string|null}
             */
            readonly scope?: "own" | "skill_group" | "group" | "all" | null;
        };
        readonly RolesNew: {
            /** Description · 说明 */
            readonly description?: string | null;
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name: string;
            readonly rights: readonly string[];
            /**
             * Data scope · 数据权限
             * @enum {string|null}
             */
            readonly scope?: "own" | "skill_group" | "group" | "all" | null;
        };
        readonly RolesPage: {
            readonly items: readonly components["schemas"]["Roles"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Secrets */
        readonly Secrets: {
            /** Format: date-time */
            readonly created_at: string;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly SecretsChange: {
            /** Note · 备注 */
            readonly note?: string | null;
            /** Value · 值 */
            readonly value?: string | null;
        };
        readonly SecretsNew: {
            /** Name · 名称 */
            readonly name: string;
            /** Note · 备注 */
            readonly note?: string | null;
            /** Value · 值 */
            readonly value?: string | null;
        };
        readonly SecretsPage: {
            readonly items: readonly components["schemas"]["Secrets"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Members of skill groups */
        readonly SkillGroupMembers: {
            /** Format: date-time */
            readonly created_at: string;
            /**
             * From · 开始时间
             * Format: date-time
             */
            readonly from_at: string | null;
            readonly id: string;
            readonly level: number | null;
            /** Skill group · 技能组 */
            readonly skill_group_id: string;
            readonly skill_group_id_label?: string | null;
            /**
             * Until · 结束时间
             * Format: date-time
             */
            readonly to_at: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            /** User · 用户 */
            readonly user_id: string;
            readonly user_id_label?: string | null;
            readonly version: number;
        };
        readonly SkillGroupMembersChange: {
            readonly level?: number | null;
            /**
             * Until · 结束时间
             * Format: date-time
             */
            readonly to_at?: string | null;
        };
        readonly SkillGroupMembersNew: {
            /**
             * From · 开始时间
             * Format: date-time
             */
            readonly from_at?: string | null;
            readonly level?: number | null;
            /** Skill group · 技能组 */
            readonly skill_group_id: string;
            /**
             * Until · 结束时间
             * Format: date-time
             */
            readonly to_at?: string | null;
            /** User · 用户 */
            readonly user_id: string;
        };
        readonly SkillGroupMembersPage: {
            readonly items: readonly components["schemas"]["SkillGroupMembers"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Skill groups */
        readonly SkillGroups: {
            /** Format: date-time */
            readonly created_at: string;
            /** Description · 说明 */
            readonly description: string | null;
            readonly enabled: boolean | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            /** Queue in events · 队列 */
            readonly queue: string;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly SkillGroupsChange: {
            /** Description · 说明 */
            readonly description?: string | null;
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name?: string;
            /** Queue in events · 队列 */
            readonly queue?: string;
        };
        readonly SkillGroupsNew: {
            /** Description · 说明 */
            readonly description?: string | null;
            readonly enabled?: boolean | null;
            /** Name · 名称 */
            readonly name: string;
            /** Queue in events · 队列 */
            readonly queue: string;
        };
        readonly SkillGroupsPage: {
            readonly items: readonly components["schemas"]["SkillGroups"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** API tokens */
        readonly Tokens: {
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Until · 有效期至
             * Format: date-time
             */
            readonly expires_at: string;
            /** Begins with · 开头 */
            readonly hint: string | null;
            readonly id: string;
            /** Name · 名称 */
            readonly name: string;
            readonly rights: readonly string[];
            /** Format: date-time */
            readonly updated_at: string;
            /**
             * Last used · 上次使用
             * Format: date-time
             */
            readonly used_at: string | null;
            /** Last used from · 上次使用来源 */
            readonly used_from: string | null;
            /** Owner · 所有人 */
            readonly user_id: string | null;
            readonly user_id_label?: string | null;
            readonly version: number;
        };
        readonly TokensPage: {
            readonly items: readonly components["schemas"]["Tokens"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** User groups */
        readonly UserGroups: {
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean | null;
            readonly id: string;
            readonly leader_ids: readonly string[];
            readonly leader_ids_label?: readonly (string | null)[];
            /** Name · 名称 */
            readonly name: string;
            /** Above · 上级 */
            readonly parent_id: string | null;
            readonly parent_id_label?: string | null;
            readonly position: number | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly UserGroupsChange: {
            readonly enabled?: boolean | null;
            readonly leader_ids?: readonly string[];
            /** Name · 名称 */
            readonly name?: string;
            /** Above · 上级 */
            readonly parent_id?: string | null;
            readonly position?: number | null;
        };
        readonly UserGroupsNew: {
            readonly enabled?: boolean | null;
            readonly leader_ids?: readonly string[];
            /** Name · 名称 */
            readonly name: string;
            /** Above · 上级 */
            readonly parent_id?: string | null;
            readonly position?: number | null;
        };
        readonly UserGroupsPage: {
            readonly items: readonly components["schemas"]["UserGroups"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Users */
        readonly Users: {
            /** Agent in events · 工号 */
            readonly agent: string | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Mail · 邮箱 */
            readonly email: string | null;
            readonly enabled: boolean | null;
            /** Group · 用户组 */
            readonly group_id: string | null;
            readonly group_id_label?: string | null;
            readonly id: string;
            /**
             * Language · 语言
             * @enum {string|null}
             */
            readonly language: "zh" | "en" | null;
            /**
             * Last sign-in · 上次登录
             * Format: date-time
             */
            readonly last_sign_in_at: string | null;
            /** Login · 用户名 */
            readonly login: string;
            readonly must_change_password: boolean | null;
            /** Name · 姓名 */
            readonly name: string;
            /** Phone · 电话 */
            readonly phone: string | null;
            readonly role_ids: readonly string[];
            readonly role_ids_label?: readonly (string | null)[];
            /**
             * Theme · 主题
             * @enum {string|null}
             */
            readonly theme: "light" | "dark" | "system" | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly UsersChange: {
            /** Agent in events · 工号 */
            readonly agent?: string | null;
            /** Mail · 邮箱 */
            readonly email?: string | null;
            readonly enabled?: boolean | null;
            /** Group · 用户组 */
            readonly group_id?: string | null;
            /**
             * Language · 语言
             * @enum {string|null}
             */
            readonly language?: "zh" | "en" | null;
            /** Login · 用户名 */
            readonly login?: string;
            /** Name · 姓名 */
            readonly name?: string;
            /** Password · 密码 */
            readonly password?: string | null;
            /** Phone · 电话 */
            readonly phone?: string | null;
            readonly role_ids?: readonly string[];
            /**
             * Theme · 主题
             * @enum {string|null}
             */
            readonly theme?: "light" | "dark" | "system" | null;
        };
        readonly UsersNew: {
            /** Agent in events · 工号 */
            readonly agent?: string | null;
            /** Mail · 邮箱 */
            readonly email?: string | null;
            readonly enabled?: boolean | null;
            /** Group · 用户组 */
            readonly group_id?: string | null;
            /**
             * Language · 语言
             * @enum {string|null}
             */
            readonly language?: "zh" | "en" | null;
            /** Login · 用户名 */
            readonly login: string;
            /** Name · 姓名 */
            readonly name: string;
            /** Password · 密码 */
            readonly password?: string | null;
            /** Phone · 电话 */
            readonly phone?: string | null;
            readonly role_ids?: readonly string[];
            /**
             * Theme · 主题
             * @enum {string|null}
             */
            readonly theme?: "light" | "dark" | "system" | null;
        };
        readonly UsersPage: {
            readonly items: readonly components["schemas"]["Users"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Voicemail */
        readonly Voicemail: {
            /** Assigned to · 分配给 */
            readonly assignee_id: string | null;
            readonly assignee_id_label?: string | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Caller's name · 主叫名称 */
            readonly from_name: string | null;
            /** Caller · 主叫 */
            readonly from_number: string | null;
            /**
             * Handled · 处理时间
             * Format: date-time
             */
            readonly handled_at: string | null;
            /** Handled by · 处理人 */
            readonly handled_by_id: string | null;
            readonly handled_by_id_label?: string | null;
            /**
             * First heard · 首听时间
             * Format: date-time
             */
            readonly heard_at: string | null;
            /** First heard by · 首听人 */
            readonly heard_by_id: string | null;
            readonly heard_by_id_label?: string | null;
            readonly id: string;
            /**
             * Left · 留言时间
             * Format: date-time
             */
            readonly left_at: string | null;
            /** @description Milliseconds */
            readonly length_ms: number | null;
            /** Mailbox · 信箱 */
            readonly mailbox: string | null;
            /** Note on calling back · 回访备注 */
            readonly note: string | null;
            /** File · 文件 */
            readonly path: string | null;
            /** Queue · 队列 */
            readonly queue: string | null;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state: "new" | "heard" | "handled" | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly VoicemailChange: {
            /** Assigned to · 分配给 */
            readonly assignee_id?: string | null;
            /** Note on calling back · 回访备注 */
            readonly note?: string | null;
        };
        readonly VoicemailPage: {
            readonly items: readonly components["schemas"]["Voicemail"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Attempts of web hooks */
        readonly WebHookAttempts: {
            readonly code: number | null;
            /** Format: date-time */
            readonly created_at: string;
            /** Delivery · 投递 */
            readonly delivery_id: string | null;
            readonly delivery_id_label?: string | null;
            /**
             * Error · 错误
             * @enum {string|null}
             */
            readonly error: "address" | "name" | "inside" | "connect" | "certificate" | "timeout" | "redirect" | "status" | "unwanted" | "gone" | "too_long" | "robot" | "sealed" | "broken" | null;
            readonly id: string;
            readonly ms: number | null;
            readonly number: number;
            readonly status: number | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly WebHookAttemptsPage: {
            readonly items: readonly components["schemas"]["WebHookAttempts"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Deliveries of web hooks */
        readonly WebHookDeliveries: {
            readonly attempts: number | null;
            readonly code: number | null;
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Done · 完成时间
             * Format: date-time
             */
            readonly done_at: string | null;
            /**
             * Error · 错误
             * @enum {string|null}
             */
            readonly error: "address" | "name" | "inside" | "connect" | "certificate" | "timeout" | "redirect" | "status" | "unwanted" | "gone" | "too_long" | "robot" | "sealed" | "broken" | null;
            /** Event · 事件 */
            readonly event: string | null;
            /** Web hook · 网络钩子 */
            readonly hook_id: string | null;
            readonly hook_id_label?: string | null;
            readonly id: string;
            readonly ms: number | null;
            readonly seq: number;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state: "waiting" | "sent" | "refused" | "dropped" | null;
            readonly status: number | null;
            /** Of · 对象编号 */
            readonly target: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly WebHookDeliveriesPage: {
            readonly items: readonly components["schemas"]["WebHookDeliveries"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
        /** Web hooks */
        readonly WebHooks: {
            /** Goes to · 发送至 */
            readonly address: string | null;
            /**
             * What is told · 消息内容
             * @enum {string}
             */
            readonly content: "names" | "values";
            /** Format: date-time */
            readonly created_at: string;
            readonly enabled: boolean;
            readonly events: readonly string[];
            readonly failures: number | null;
            /**
             * Form · 消息格式
             * @enum {string}
             */
            readonly form: "json" | "wecom" | "dingtalk" | "feishu" | "slack";
            readonly id: string;
            /**
             * Language of texts · 文本语言
             * @enum {string}
             */
            readonly language: "zh" | "en";
            /**
             * Last attempt · 最近发送
             * Format: date-time
             */
            readonly last_at: string | null;
            /** Name · 名称 */
            readonly name: string;
            /**
             * Next attempt · 下次重试
             * Format: date-time
             */
            readonly next_at: string | null;
            readonly phones: boolean;
            /**
             * State · 状态
             * @enum {string|null}
             */
            readonly state: "ok" | "failing" | "gone" | "silent" | null;
            /** Format: date-time */
            readonly updated_at: string;
            readonly version: number;
        };
        readonly WebHooksChange: {
            /**
             * What is told · 消息内容
             * @enum {string}
             */
            readonly content?: "names" | "values";
            readonly enabled?: boolean;
            readonly events?: readonly string[];
            /**
             * Language of texts · 文本语言
             * @enum {string}
             */
            readonly language?: "zh" | "en";
            /** Name · 名称 */
            readonly name?: string;
            readonly phones?: boolean;
            /** Secret · 签名密钥 */
            readonly secret?: string | null;
            /** Address · 网址 */
            readonly url?: string;
        };
        readonly WebHooksNew: {
            /**
             * What is told · 消息内容
             * @enum {string}
             */
            readonly content?: "names" | "values";
            readonly enabled?: boolean;
            readonly events: readonly string[];
            /**
             * Form · 消息格式
             * @enum {string}
             */
            readonly form?: "json" | "wecom" | "dingtalk" | "feishu" | "slack";
            /**
             * Language of texts · 文本语言
             * @enum {string}
             */
            readonly language?: "zh" | "en";
            /** Name · 名称 */
            readonly name: string;
            readonly phones?: boolean;
            /** Secret · 签名密钥 */
            readonly secret?: string | null;
            /** Address · 网址 */
            readonly url: string;
        };
        readonly WebHooksPage: {
            readonly items: readonly components["schemas"]["WebHooks"][];
            readonly next: string | null;
            readonly total: number | null;
            readonly total_exact: boolean | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Appointments = components['schemas']['Appointments'];
export type AppointmentsChange = components['schemas']['AppointmentsChange'];
export type AppointmentsNew = components['schemas']['AppointmentsNew'];
export type AppointmentsPage = components['schemas']['AppointmentsPage'];
export type Articles = components['schemas']['Articles'];
export type ArticlesChange = components['schemas']['ArticlesChange'];
export type ArticlesNew = components['schemas']['ArticlesNew'];
export type ArticlesPage = components['schemas']['ArticlesPage'];
export type Audit = components['schemas']['Audit'];
export type AuditPage = components['schemas']['AuditPage'];
export type Bulletins = components['schemas']['Bulletins'];
export type BulletinsChange = components['schemas']['BulletinsChange'];
export type BulletinsNew = components['schemas']['BulletinsNew'];
export type BulletinsPage = components['schemas']['BulletinsPage'];
export type BusinessHours = components['schemas']['BusinessHours'];
export type BusinessHoursChange = components['schemas']['BusinessHoursChange'];
export type BusinessHoursNew = components['schemas']['BusinessHoursNew'];
export type BusinessHoursPage = components['schemas']['BusinessHoursPage'];
export type CustomerFields = components['schemas']['CustomerFields'];
export type CustomerFieldsChange = components['schemas']['CustomerFieldsChange'];
export type CustomerFieldsNew = components['schemas']['CustomerFieldsNew'];
export type CustomerFieldsPage = components['schemas']['CustomerFieldsPage'];
export type Customers = components['schemas']['Customers'];
export type CustomersChange = components['schemas']['CustomersChange'];
export type CustomersNew = components['schemas']['CustomersNew'];
export type CustomersPage = components['schemas']['CustomersPage'];
export type CustomerTransfers = components['schemas']['CustomerTransfers'];
export type CustomerTransfersPage = components['schemas']['CustomerTransfersPage'];
export type Devices = components['schemas']['Devices'];
export type DevicesChange = components['schemas']['DevicesChange'];
export type DevicesNew = components['schemas']['DevicesNew'];
export type DevicesPage = components['schemas']['DevicesPage'];
export type Dictionaries = components['schemas']['Dictionaries'];
export type DictionariesChange = components['schemas']['DictionariesChange'];
export type DictionariesNew = components['schemas']['DictionariesNew'];
export type DictionariesPage = components['schemas']['DictionariesPage'];
export type DictionaryOptions = components['schemas']['DictionaryOptions'];
export type DictionaryOptionsChange = components['schemas']['DictionaryOptionsChange'];
export type DictionaryOptionsNew = components['schemas']['DictionaryOptionsNew'];
export type DictionaryOptionsPage = components['schemas']['DictionaryOptionsPage'];
export type Extensions = components['schemas']['Extensions'];
export type ExtensionsChange = components['schemas']['ExtensionsChange'];
export type ExtensionsNew = components['schemas']['ExtensionsNew'];
export type ExtensionsPage = components['schemas']['ExtensionsPage'];
export type FollowUps = components['schemas']['FollowUps'];
export type FollowUpsChange = components['schemas']['FollowUpsChange'];
export type FollowUpsNew = components['schemas']['FollowUpsNew'];
export type FollowUpsPage = components['schemas']['FollowUpsPage'];
export type Holidays = components['schemas']['Holidays'];
export type HolidaysChange = components['schemas']['HolidaysChange'];
export type HolidaysNew = components['schemas']['HolidaysNew'];
export type HolidaysPage = components['schemas']['HolidaysPage'];
export type ImportJob = components['schemas']['ImportJob'];
export type KnowledgeNodes = components['schemas']['KnowledgeNodes'];
export type KnowledgeNodesChange = components['schemas']['KnowledgeNodesChange'];
export type KnowledgeNodesNew = components['schemas']['KnowledgeNodesNew'];
export type KnowledgeNodesPage = components['schemas']['KnowledgeNodesPage'];
export type Lists = components['schemas']['Lists'];
export type ListsChange = components['schemas']['ListsChange'];
export type ListsNew = components['schemas']['ListsNew'];
export type ListsPage = components['schemas']['ListsPage'];
export type Opportunities = components['schemas']['Opportunities'];
export type OpportunitiesChange = components['schemas']['OpportunitiesChange'];
export type OpportunitiesNew = components['schemas']['OpportunitiesNew'];
export type OpportunitiesPage = components['schemas']['OpportunitiesPage'];
export type Parameters = components['schemas']['Parameters'];
export type ParametersChange = components['schemas']['ParametersChange'];
export type ParametersPage = components['schemas']['ParametersPage'];
export type PauseReasons = components['schemas']['PauseReasons'];
export type PauseReasonsChange = components['schemas']['PauseReasonsChange'];
export type PauseReasonsNew = components['schemas']['PauseReasonsNew'];
export type PauseReasonsPage = components['schemas']['PauseReasonsPage'];
export type Problem = components['schemas']['Problem'];
export type QueueTargets = components['schemas']['QueueTargets'];
export type QueueTargetsChange = components['schemas']['QueueTargetsChange'];
export type QueueTargetsNew = components['schemas']['QueueTargetsNew'];
export type QueueTargetsPage = components['schemas']['QueueTargetsPage'];
export type Roles = components['schemas']['Roles'];
export type RolesChange = components['schemas']['RolesChange'];
export type RolesNew = components['schemas']['RolesNew'];
export type RolesPage = components['schemas']['RolesPage'];
export type Secrets = components['schemas']['Secrets'];
export type SecretsChange = components['schemas']['SecretsChange'];
export type SecretsNew = components['schemas']['SecretsNew'];
export type SecretsPage = components['schemas']['SecretsPage'];
export type SkillGroupMembers = components['schemas']['SkillGroupMembers'];
export type SkillGroupMembersChange = components['schemas']['SkillGroupMembersChange'];
export type SkillGroupMembersNew = components['schemas']['SkillGroupMembersNew'];
export type SkillGroupMembersPage = components['schemas']['SkillGroupMembersPage'];
export type SkillGroups = components['schemas']['SkillGroups'];
export type SkillGroupsChange = components['schemas']['SkillGroupsChange'];
export type SkillGroupsNew = components['schemas']['SkillGroupsNew'];
export type SkillGroupsPage = components['schemas']['SkillGroupsPage'];
export type Tokens = components['schemas']['Tokens'];
export type TokensPage = components['schemas']['TokensPage'];
export type UserGroups = components['schemas']['UserGroups'];
export type UserGroupsChange = components['schemas']['UserGroupsChange'];
export type UserGroupsNew = components['schemas']['UserGroupsNew'];
export type UserGroupsPage = components['schemas']['UserGroupsPage'];
export type Users = components['schemas']['Users'];
export type UsersChange = components['schemas']['UsersChange'];
export type UsersNew = components['schemas']['UsersNew'];
export type UsersPage = components['schemas']['UsersPage'];
export type Voicemail = components['schemas']['Voicemail'];
export type VoicemailChange = components['schemas']['VoicemailChange'];
export type VoicemailPage = components['schemas']['VoicemailPage'];
export type WebHookAttempts = components['schemas']['WebHookAttempts'];
export type WebHookAttemptsPage = components['schemas']['WebHookAttemptsPage'];
export type WebHookDeliveries = components['schemas']['WebHookDeliveries'];
export type WebHookDeliveriesPage = components['schemas']['WebHookDeliveriesPage'];
export type WebHooks = components['schemas']['WebHooks'];
export type WebHooksChange = components['schemas']['WebHooksChange'];
export type WebHooksNew = components['schemas']['WebHooksNew'];
export type WebHooksPage = components['schemas']['WebHooksPage'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
