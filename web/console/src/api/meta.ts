// What the server says about its resources: one description for lists, forms, imports and exports.
import { read } from "./client.ts";

/** A text in both languages. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export interface Option {
  readonly value: string;
  readonly title: Words;
}

export interface Field {
  readonly name: string;
  readonly kind: string;
  readonly title: Words;
  readonly required?: boolean;
  readonly max?: number | null;
  readonly options?: readonly Option[] | null;
  readonly dictionary?: string | null;
  readonly reference?: string | null;
  readonly filter?: boolean;
  readonly sort?: boolean;
  readonly shown?: boolean;
  readonly readonly?: boolean;
  readonly masked?: boolean;
  /** Can only be set when the row is made. */
  readonly fixed?: boolean;
  /** Taken and never shown, such as a password. */
  readonly secret?: boolean;
  readonly unique?: boolean;
  readonly search?: boolean;
  /** What a new row has where nothing is said. */
  readonly default?: string | null;
  /** The least and the most of a number. */
  readonly range?: readonly [number, number] | null;
}

export type Feature = "create" | "edit" | "remove" | "import" | "export" | "disable" | "tree";

export interface Resource {
  readonly name: string;
  readonly path: string;
  readonly title: Words;
  readonly group: string;
  /** The field that names a row. */
  readonly label?: string;
  /** Order of lists that name none. */
  readonly sort?: string;
  readonly fields: readonly Field[];
  readonly features: Readonly<Partial<Record<Feature, boolean | string | null>>>;
  readonly rights: Readonly<Partial<Record<"read" | "write" | "remove" | "import" | "export", boolean>>>;
}

/** A right as roles choose it. */
export interface Right {
  readonly name: string;
  readonly title: Words;
  readonly resource: string | null;
}

export interface Meta {
  readonly resources: readonly Resource[];
  readonly rights?: readonly Right[];
}

export function meta(): Promise<Meta> {
  return read<Meta>("/meta");
}

/** Whether the caller may do that with the resource, and the resource has it. */
export function can(resource: Resource, what: Feature): boolean {
  if (!resource.features[what]) return false;
  const right = what === "create" || what === "edit" || what === "disable" ? "write" : what === "tree" ? "read" : what;
  return resource.rights[right] ?? false;
}
