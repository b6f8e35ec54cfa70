import type { AxiosResponse } from 'axios';
import { OlapDeclarationError } from '../errors';
import { pinotHttp, refusal, unavailable, type HttpOptions, type PinotHttp } from './http';
import { parsePinotVersion, type PinotVersion } from './version';

/** A JSON object as Pinot takes and gives it. */
export type JsonObject = { [key: string]: unknown };

/**
 * The controller's calls that the tables need. Every answer to a declaration is read for `unrecognizedProperties`:
 * Pinot drops what it does not know without an error.
 */
export class ControllerClient {
  private readonly http: PinotHttp;

  constructor(options: HttpOptions) {
    this.http = pinotHttp(options);
  }

  /** @throws OlapUnavailableError */
  async version(): Promise<PinotVersion> {
    const components = (await this.get<Record<string, string>>('/version')) ?? {};
    return parsePinotVersion(
      components['pinot-controller'] ?? components['pinot-common'] ?? Object.values(components)[0] ?? '',
    );
  }

  /** The schema as Pinot keeps it, null when there is none. @throws OlapUnavailableError */
  async schema(name: string): Promise<JsonObject | null> {
    return await this.get<JsonObject>(`/schemas/${name}`);
  }

  /** The REALTIME table's config as Pinot keeps it, null when there is none. @throws OlapUnavailableError */
  async table(name: string): Promise<JsonObject | null> {
    const tables = await this.get<{ REALTIME?: JsonObject }>(`/tables/${name}`, { type: 'realtime' });
    return tables?.REALTIME ?? null;
  }

  /** @throws OlapDeclarationError, OlapUnavailableError */
  async createSchema(schema: JsonObject): Promise<void> {
    await this.declare('post', '/schemas', schema);
  }

  /** @throws OlapDeclarationError, OlapUnavailableError */
  async changeSchema(name: string, schema: JsonObject): Promise<void> {
    await this.declare('put', `/schemas/${name}`, schema);
  }

  /** Has the controller check a table config against its schema without storing it. @throws OlapDeclarationError, OlapUnavailableError */
  async validateTable(table: JsonObject): Promise<void> {
    await this.declare('post', '/tables/validate', table);
  }

  /** @throws OlapDeclarationError, OlapUnavailableError (the topic is missing, for one) */
  async createTable(table: JsonObject): Promise<void> {
    await this.declare('post', '/tables', table);
  }

  /** @throws OlapDeclarationError, OlapUnavailableError */
  async changeTable(name: string, table: JsonObject): Promise<void> {
    await this.declare('put', `/tables/${name}`, table);
  }

  close(): void {
    this.http.close();
  }

  private async get<T>(path: string, params: Record<string, string> = {}): Promise<T | null> {
    try {
      return (await this.http.client.get<T>(path, { params })).data;
    } catch (error) {
      if (refusal(error)?.status === 404) return null;
      throw unavailable(error, 'the Pinot controller');
    }
  }

  private async declare(method: 'post' | 'put', path: string, body: JsonObject): Promise<void> {
    let response: AxiosResponse<{ unrecognizedProperties?: JsonObject }>;
    try {
      response = await this.http.client.request({ method, url: path, data: body });
    } catch (error) {
      const refused = refusal(error);
      if (refused?.status === 400)
        throw new OlapDeclarationError(`Pinot refuses ${method.toUpperCase()} ${path}: ${refused.message}`, {
          cause: error,
        });
      throw unavailable(error, 'the Pinot controller');
    }
    const unknown = Object.keys(response.data.unrecognizedProperties ?? {});
    if (unknown.length > 0)
      throw new OlapDeclarationError(`Pinot does not know ${unknown.join(', ')} (${method.toUpperCase()} ${path})`);
  }
}
