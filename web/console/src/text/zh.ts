/** Every sentence of the console in Chinese; the other catalogue has the same keys. */
export const zh = {
  app: { name: "Callboard", logo: "标志", skip: "跳到内容", menu: "菜单", user: "用户菜单", zone: "所有时间均为 {{zone}} 时区", open: "开放模式" },
  group: {
    organisation: "组织与权限", settings: "参数与字典", lists: "名单", knowledge: "知识库", customers: "客户", calls: "通话", system: "系统",
    monitoring: "实时监控", quality: "质检", analysis: "分析",
  },
  action: {
    query: "查询", reset: "重置", create: "新建", edit: "编辑", save: "保存", cancel: "取消", close: "关闭", remove: "删除", enable: "启用", disable: "停用",
    undo: "撤销", export: "导出", import: "导入", columns: "列", more: "更多", retry: "重试", reload: "重新载入", back: "返回", detail: "查看", previous: "上一页", next: "下一页",
    confirm: "确认", copy: "复制", copied: "已复制", usual: "恢复默认", download: "下载", choose: "选择文件", moreFilters: "更多条件", fewerFilters: "收起条件", actions: "操作", first: "回到首页", all: "查看全部",
  },
  sign: {
    in: "登录", out: "退出登录", title: "登录 Callboard", login: "登录名", password: "密码", wrong: "登录名或密码不正确", locked: "尝试次数过多，已锁定。请在 {{seconds}} 秒后重试。",
    lockedSoon: "尝试次数过多，已锁定。请稍后重试。", or: "或", expired: "会话已结束", expiredText: "请重新登录，之后回到当前页面，未保存的内容仍在。",
    first: "请设置新密码", firstText: "当前是一次性密码，设置新密码后才能继续。", other: "换一个用户", loginNeeded: "请输入登录名", passwordNeeded: "请输入密码",
    noDoor: "此服务器没有开放任何登录方式。请联系管理员。",
    reasons: {
      denied: "单点登录被拒绝或取消。", expired: "单点登录超时，或在另一个浏览器中完成。请重试。", unknown: "您在此系统中还没有账号。请联系管理员。", disabled: "您的账号已停用。请联系管理员。",
      provider: "单点登录服务没有响应，或返回的内容不可信。请稍后重试，或联系管理员。", other: "单点登录未成功，请重试。",
    },
  },
  password: { title: "修改密码", old: "当前密码", new: "新密码", again: "再次输入新密码", differs: "两次输入不一致", rule: "至少 {{least}} 个字符，不要包含登录名。", changed: "密码已修改", needed: "请填写" },
  profile: {
    title: "个人信息", name: "姓名", phone: "电话", language: "语言", theme: "主题", light: "浅色", dark: "深色", system: "跟随系统", saved: "已保存", sessions: "登录会话",
    since: "登录时间", seen: "最近使用", address: "地址", agent: "浏览器", current: "当前会话", end: "结束", ended: "会话已结束", none: "这里没有个人信息", noneText: "服务器以开放方式运行，不询问使用者是谁。语言和主题可在右上角选择，只对本机有效。",
  },
  player: { rate: "播放速度", broken: "无法播放此录音。文件可能已被移走，或浏览器不支持其格式。" },
  tokens: {
    title: "API 令牌", make: "新建令牌", none: "还没有令牌。程序用令牌以您的名义访问，只限所选权限。", name: "名称", rights: "权限", until: "有效期", days: "{{days}} 天", begins: "开头", expires: "有效期至", used: "上次使用",
    revoke: "撤销", revokeTitle: "撤销令牌“{{name}}”？", revokeText: "使用它的程序会立即失去访问权限。",
  },
  list: {
    search: "搜索", searchIn: "搜索{{what}}", all: "全部", total: "共 {{count}} 条", page: "第 {{page}} 页", size: "每页 {{size}} 条", sizeLabel: "每页条数", empty: "这里会列出{{what}}", emptyText: "还没有任何记录。",
    noneFound: "没有符合条件的记录", noneFoundText: "放宽条件，或重置后再查。", loading: "正在取数", chooseColumns: "显示的列", filters: "查询条件", from: "起", to: "止", spans: { today: "今天", yesterday: "昨天", week: "本周", month: "本月" }, yes: "是", no: "否", loadingMore: "载入中", sortBy: "按{{what}}排序", choose: "选择{{what}}", choosePage: "选择本页", results: "{{what}}列表", nobody: "（无）", created_at: "创建时间", updated_at: "修改时间", exportText: "导出全部页，列与当前显示一致", noneText: "没有可显示的内容",
  },
  form: {
    create: "新建{{what}}", edit: "编辑{{what}}", created: "已新建", saved: "已保存", required: "请填写{{what}}", unsaved: "有未保存的修改", unsavedText: "离开后这些修改会丢失。", leave: "放弃修改", stay: "继续编辑", nothing: "没有修改", email: "邮箱格式不正确", phone: "电话只能包含数字，可以 + 开头", listHint: "输入后按回车添加", secretHint: "留空表示不修改", json: "不是有效的 JSON", ctrlEnter: "保存", preview: "预览", previewEmpty: "Markdown：# 标题，- 列表，**加粗**，[链接](https://...)。这里显示效果。", once: "请立即保存", onceText: "此令牌只显示这一次，关闭后无法再次查看。",
  },
  clash: { title: "此记录已被他人修改", text: "打开表单之后，下列内容在服务器上发生了变化。", field: "字段", before: "打开时", theirs: "现在", mine: "我的修改", keepMine: "保留我的修改", takeTheirs: "采用服务器的内容" },
  remove: { title: "删除“{{what}}”？", text: "删除后不能恢复，操作会记入操作日志。", done: "已删除" },
  toggle: { enabled: "已启用“{{what}}”", disabled: "已停用“{{what}}”" },
  detail: { fields: "详情", trail: "变更记录", noTrail: "还没有变更记录", by: "操作人", at: "时间", before: "修改前", after: "修改后", version: "版本 {{version}}", missing: "没有找到该记录", missingText: "它可能已被删除，或不在您的数据范围内。", list: "返回列表" },
  import: {
    title: "导入{{what}}", drop: "将 CSV 或 XLSX 文件拖到这里，或", template: "下载模板", mode: "已存在的记录", insert: "不覆盖（重复则报错）", upsert: "更新", start: "开始导入", running: "正在导入", done: "导入完成", failed: "导入未成功，没有写入任何记录", cancelled: "已取消，没有写入任何记录",
    progress: "已处理 {{done}} / {{rows}} 行", accepted: "接受 {{count}} 行", rejected: "拒绝 {{count}} 行", row: "行", field: "字段", reason: "原因", again: "换一个文件", atomic: "整个文件一次写入：只要有一行不正确，就都不写入。", file: "导入文件", errors: "逐行错误",
  },
  problem: {
    title: "出错了", unknown: "操作没有成功，请重试。", offline: "连接不到服务器。网络恢复后会自动继续。", signIn: "请重新登录。", refused: "您没有此操作的权限。需要时请联系管理员。", missing: "没有找到该记录，它可能已被删除。", used: "它正在被使用。请先解除引用，或改为停用。",
    changed: "此记录已被他人修改，请重新载入。", large: "文件太大。请拆分后再上传。", invalid: "有内容需要更正。", often: "请求过于频繁，请稍后重试。", server: "服务器出错。请稍后重试；如反复出现，请联系管理员。", page: "此页面无法显示", pageText: "其余部分仍可使用。可以重试，或从左侧打开其他页面。",
  },
  offline: "网络已断开，显示的是断开前的内容。",
  missing: { title: "没有这个页面", text: "请从左侧菜单选择。", refused: "您没有权限查看此页面", refusedText: "您的角色没有“{{what}}”的读取权限。需要时请联系管理员。" },
  home: {
    title: "首页", today: "今天", asOf: "截至 {{time}}", walls: "打开大屏", queues: "技能组", queue: "名称", columns: { waiting: "排队", longest: "最长等待", ready: "空闲 / 在线", offered: "今日呼入", level: "服务水平" }, levelWithin: "{{seconds}} 秒服务水平",
    empty: "您还没有任何权限", emptyText: "请联系管理员为您分配角色；分配后重新载入此页面即可使用。", few: "您可以使用的页面", fewText: "您的角色不包含通话和客户事务，首页因此没有统计和待办。需要时请联系管理员。",
    fresh: "还没有收到任何通话", freshText: "请联系管理员接入电话系统的事件。",
    steps: {
      source: { title: "接入数据源", text: "让 Asterisk、Kafka 或其他系统发来事件（见 docs/guide 中的 asterisk.md、kafka.md、import-csv.md），或在该页面上传事件文件。" },
      queues: { title: "维护技能组", text: "填写与电话系统一致的队列编码、名称和服务水平目标，统计时按名称显示。" },
      users: { title: "添加用户", text: "为同事建立账号并分配角色，角色决定可以看到什么。" },
    }, appointments: "到期的预约", followUps: "近七天的跟进", bulletins: "公告", unread: "{{count}} 条未读", read: "知道了", done: "完成",
    figures: { offered: "呼入", answered: "接通", abandoned: "放弃", service_level: "服务水平", asa: "平均应答", waiting: "排队", online: "在线座席" }, asides: { waiting: "最长 {{value}}", online: "空闲 {{value}}" },
    no: { appointments: "没有到期的预约", followUps: "近七天没有计划的跟进", bulletins: "当前没有公告" }, levels: { warning: "重要", urgent: "紧急" },
  },
  lines: { folded: "{{count}} 行未改动，展开", removed: "删去", added: "新增" },
  tree: { choose: "请在左侧选择一项" },
  keys: { search: "搜索", open: "打开", close: "关闭", move: "移动" },
};

/** The shape of a catalogue. */
export type Catalogue = typeof zh;
