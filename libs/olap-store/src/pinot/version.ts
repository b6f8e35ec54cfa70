import { OlapUnavailableError } from '../errors';

/** A Pinot release. */
export interface PinotVersion {
  major: number;
  minor: number;
  /** As the controller says it, such as 0.11.0-1b4d6b6. */
  text: string;
}

/** @throws OlapUnavailableError when the text does not begin with two numbers */
export function parsePinotVersion(text: string): PinotVersion {
  const match = /^(\d+)\.(\d+)/.exec(text);
  if (match === null) throw new OlapUnavailableError(`the Pinot controller gives no version: "${text.slice(0, 100)}"`);
  return { major: Number(match[1]), minor: Number(match[2]), text };
}

/** True when `version` is the given release or a later one. */
export function isAtLeast(version: PinotVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
