// The words of facts in a JSON Schema: `--json` prints `text` beside each fact, which no record keeps.

type Schema = Readonly<Record<string, unknown>>;

/** `schema` with `text` in each object that `says` something; `printed`: where the command line printed it. */
export function describedTexts(schema: Schema, when: 'always' | 'printed'): Schema {
  return described(schema, when === 'always') as Schema;
}

function described(value: unknown, isAlways: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => described(one, isAlways));
  if (typeof value !== 'object' || value === null) return value;
  const inner: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, described(one, isAlways)]),
  );
  const { properties, required = [] } = inner as { properties?: Schema; required?: string[] };
  if (properties?.says === undefined || 'text' in properties) return inner;
  return {
    ...inner,
    properties: { ...properties, text: { type: 'string', description: 'The same in words.' } },
    ...(isAlways ? { required: [...required, 'text'] } : {}),
  };
}
