import { OlapUnavailableError } from '../errors';
import { firstLine, pinotHttp, unavailable, type HttpOptions, type PinotHttp } from './http';

/** What a query gives: rows as arrays in the order of the select list. */
export interface BrokerAnswer {
  rows: readonly (readonly unknown[])[];
  /** True when the broker says that a server, a segment or a group is missing from the answer. */
  partial: boolean;
  /** Servers that the query went to; 0 when the table has no segments yet. */
  serversQueried: number;
}

/** The fields of the broker's answer that matter here; see Pinot's BrokerResponse. */
interface BrokerResponse {
  resultTable?: { rows: unknown[][] } | null;
  exceptions?: { errorCode: number; message: string }[];
  numServersQueried?: number;
  numServersResponded?: number;
  numGroupsLimitReached?: boolean;
  partialResult?: boolean;
  /** 1.x: groups were thrown away before they were merged. */
  groupsTrimmed?: boolean;
}

/** Servers must not throw groups away before they are merged, or a top list over several servers would be a guess. */
const EXACT_GROUPS = 'minServerGroupTrimSize=-1;minSegmentGroupTrimSize=-1';

/** Asks a Pinot broker SQL questions. */
export class BrokerClient {
  private readonly http: PinotHttp;
  private readonly queryOptions: string;

  constructor(options: HttpOptions) {
    this.http = pinotHttp(options);
    this.queryOptions = `timeoutMs=${options.requestTimeoutMs ?? 10_000};${EXACT_GROUPS}`;
  }

  /**
   * Runs one statement. It must carry its own LIMIT: Pinot's default is 10 rows.
   * @throws OlapUnavailableError when the broker does not answer or reports an exception (a table is missing, a server gone)
   */
  async query(sql: string): Promise<BrokerAnswer> {
    const response = await this.post(sql);
    const exception = response.exceptions?.[0];
    if (exception !== undefined)
      throw new OlapUnavailableError(`Pinot cannot answer: ${firstLine(exception.message)} (${exception.errorCode})`);
    const queried = response.numServersQueried ?? 0;
    const partial =
      (response.numServersResponded ?? 0) < queried ||
      response.partialResult === true ||
      response.numGroupsLimitReached === true ||
      response.groupsTrimmed === true;
    return { rows: response.resultTable?.rows ?? [], partial, serversQueried: queried };
  }

  close(): void {
    this.http.close();
  }

  private async post(sql: string): Promise<BrokerResponse> {
    try {
      const { data } = await this.http.client.post<BrokerResponse>('/query/sql', {
        sql,
        queryOptions: this.queryOptions,
      });
      return data;
    } catch (error) {
      throw unavailable(error, 'the Pinot broker');
    }
  }
}
