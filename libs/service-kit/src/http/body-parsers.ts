import type { FastifyInstance, FastifyRequest } from 'fastify';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AppError, BadRequestError } from '../errors/app-error';
import { messageOf } from '../errors/message-of';

type Decompress = (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map([
  ['gzip', promisify(gunzip) as Decompress],
  ['deflate', promisify(inflate) as Decompress],
  ['br', promisify(brotliDecompress) as Decompress],
]);
const JSON_CHARSETS = /^utf-(8|16|16le|16be)$/;

/**
 * Reads bodies of application/json, objects and lists, of at most `limitBytes`; a body of any other type is left where it is
 * until a parser of its own is added.
 */
export function addJsonParser(instance: FastifyInstance, limitBytes: number): void {
  instance.removeAllContentTypeParsers();
  addParser(instance, 'application/json', limitBytes, (bytes, request) => {
    const charset = charsetOf(request);
    if (!JSON_CHARSETS.test(charset)) throw unsupported(`charset "${charset.toUpperCase()}"`);
    // A request that says how long its body is has one, if an empty one.
    if (bytes.length === 0) return request.headers['content-length'] === undefined ? undefined : {};
    return parseJson(decode(bytes, charset));
  });
  instance.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
}

/** Gives bodies of a media type as text, of at most `limitBytes`. Beside the JSON parser. */
export function addTextParser(instance: FastifyInstance, type: string, limitBytes: number): void {
  addParser(instance, type, limitBytes, (bytes, request) => decode(bytes, charsetOf(request)));
}

function addParser(
  instance: FastifyInstance,
  type: string,
  limitBytes: number,
  parse: (bytes: Buffer, request: FastifyRequest) => unknown,
): void {
  const options = { parseAs: 'buffer', bodyLimit: limitBytes } as const;
  instance.addContentTypeParser(type, options, async (request: FastifyRequest, sent: Buffer) =>
    parse(await unpack(sent, request, limitBytes), request),
  );
}

/** The limit holds for what is in the body too, not only for what was sent. */
async function unpack(sent: Buffer, { headers }: FastifyRequest, limitBytes: number): Promise<Buffer> {
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return sent;
  const decompress = DECOMPRESS.get(encoding);
  if (!decompress) throw unsupported(`content encoding "${encoding}"`);
  try {
    return await decompress(sent, { maxOutputLength: limitBytes });
  } catch (error) {
    if (isTooLarge(error))
      throw new AppError('The body is too large.', { code: 'BODY_TOO_LARGE', status: 413 });
    throw new BadRequestError(messageOf(error));
  }
}

/** By its code: zlib's errors are of another realm in a test. */
function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function charsetOf({ headers }: FastifyRequest): string {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
}

function decode(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    throw unsupported(`charset "${charset.toUpperCase()}"`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequestError(messageOf(error));
  }
}

function unsupported(what: string): AppError {
  return new AppError(`unsupported ${what}`, { code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
}
