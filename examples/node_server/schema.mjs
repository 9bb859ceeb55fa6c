// The keywords that the contract's schemas use, so that this example needs no package. A real service takes Ajv.
const TYPES = {
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  null: (value) => value === null,
};

// Whether a value keeps to a schema of `apps-contract schema bundle`.
export function keeps(schema, value, root = schema) {
  const inner = (part, of) => keeps(part, of, root);
  if (schema.$ref) return inner(root.definitions[schema.$ref.split("/").at(-1)], value);
  const { type, enum: words, minimum = -Infinity, maximum = Infinity, maxLength = Infinity } = schema;
  if (type && ![type].flat().some((name) => TYPES[name](value))) return false;
  if (words && !words.includes(value)) return false;
  if (typeof value === "number" && (value < minimum || value > maximum)) return false;
  if (typeof value === "string" && [...value].length > maxLength) return false; // code points, not UTF-16 units
  if (Array.isArray(value) && schema.items && !value.every((item) => inner(schema.items, item))) return false;
  if (!(schema.allOf ?? []).every((part) => inner(part, value))) return false;
  if (schema.anyOf && !schema.anyOf.some((part) => inner(part, value))) return false;
  if (schema.if && inner(schema.if, value) && !inner(schema.then ?? {}, value)) return false;
  if (!TYPES.object(value)) return true;
  const { properties = {}, required = [], propertyNames = {} } = schema;
  if (!required.every((name) => Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(
    ([name, member]) =>
      inner(propertyNames, name) &&
      (Object.hasOwn(properties, name) ? inner(properties[name], member) : schema.additionalProperties !== false),
  );
}
