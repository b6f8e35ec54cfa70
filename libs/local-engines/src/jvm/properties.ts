/**
 * Lines of a Java properties file. Values are written as they are: no value of ours begins with a blank or holds a
 * line break; a backslash (in a path) is escaped.
 */
export function propertiesText(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}
