/** The tables of fields in docs/configuration.md and docs/data.md, generated from the schemas. */
import { UserError } from "@gumbel/config";
import { z } from "zod";
import { markdownTable } from "./markdownTable.js";

/** The parts of a JSON Schema node that the table needs. */
const nodeSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.json().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  enum: z.array(z.string()).optional(),
  const: z.string().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  // False after the fixed items of a tuple.
  get items() {
    return z.union([nodeSchema, z.literal(false)]).optional();
  },
  get prefixItems() {
    return z.array(nodeSchema).optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
});
type Node = z.output<typeof nodeSchema>;

const begin = "<!-- fields: `pnpm gumbel schema` writes them -->";
const end = "<!-- end of the fields -->";

/**
 * `document` with the table of a schema's fields between its two marks.
 *
 * @param schema JSON Schema of an object
 * @param where the document, for the error
 * @throws UserError if it does not have the marks.
 */
export function withFieldTable(document: string, schema: object, where: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) {
    throw new UserError({
      what: "the document has no marks for the table of fields",
      where,
      expected: `the lines ${begin} and ${end}`,
    });
  }
  return `${document.slice(0, from + begin.length)}\n\n${fieldTable(schema)}\n\n${document.slice(to)}`;
}

/** A row per field of a JSON Schema: its path, kind of value, default and meaning, as a Markdown table. */
export function fieldTable(schema: object): string {
  const { $schema: _, ...properties } = nodeSchema.parse(schema).properties ?? {};
  const rows = Object.entries(properties).flatMap(([name, node]) => rowsOf(name, node));
  return markdownTable([["field", "value", "default", "meaning"], ...rows]);
}

/** Rows of a field, if the schema describes it, and of the fields inside it. */
function rowsOf(path: string, node: Node): string[][] {
  const own = node.description
    ? [
        [`\`${path}\``, kindOf(node), defaultOf(node), node.description].map((cell) =>
          cell.replaceAll("|", "\\|"),
        ),
      ]
    : [];
  const inner = isNamed(node) ? [] : Object.entries(fieldsOf(node));
  return [...own, ...inner.flatMap(([name, field]) => rowsOf(`${path}.${name}`, field))];
}

/** Fields of an object, or of an object that may be null. */
const fieldsOf = ({ properties, anyOf = [] }: Node): Record<string, Node> =>
  properties ?? anyOf.find((option) => option.properties)?.properties ?? {};

/** True for the field of a data set or a system: a name, or an object with options of its own. */
const isNamed = ({ anyOf = [] }: Node): boolean =>
  anyOf.some(({ type }) => type === "string") && anyOf.some(({ properties }) => properties?.name);

function defaultOf(node: Node): string {
  if (node.default === undefined) return "none: required";
  return isEmpty(node.default) ? "" : `\`${JSON.stringify(node.default).replaceAll(",", ", ")}\``;
}

/** True if a default only says that the fields inside have defaults of their own. */
const isEmpty = (value: unknown): boolean => JSON.stringify(value) === "{}";

function kindOf(node: Node): string {
  if (isNamed(node)) return '`"name"` or `{ "name", …options }`';
  if (node.anyOf) return node.anyOf.map(kindOf).join(" or ");
  if (node.enum) return node.enum.map((value) => `\`"${value}"\``).join(" or ");
  if (node.const !== undefined) return `\`"${node.const}"\``;
  if (node.prefixItems) return `[${node.prefixItems.map(kindOf).join(", ")}]`;
  if (node.type === "array") return `list of: ${kindOf(node.items || {})}`;
  const least =
    node.minimum !== undefined
      ? ` ≥ ${node.minimum}`
      : node.exclusiveMinimum !== undefined
        ? ` > ${node.exclusiveMinimum}`
        : "";
  const names: Record<string, string> = { integer: "whole number", string: "text", null: "`null`" };
  const kinds = [node.type ?? "anything"].flat().map((type) => names[type] ?? type);
  return `${kinds.join(" or ")}${least}`;
}
