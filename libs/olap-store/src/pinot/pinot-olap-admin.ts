import { OlapUnavailableError } from '../errors';
import type { OlapAdmin } from '../port';
import { BrokerClient } from './broker-client';
import { ControllerClient } from './controller-client';
import { DECLARATIONS, type Declaration } from './declarations';
import { emit, type TableSettings } from './dialect';
import { drift } from './drift';
import type { HttpOptions } from './http';
import type { PinotVersion } from './version';

/** Where Pinot is, and the settings of its tables. */
export interface PinotAdminOptions extends Omit<HttpOptions, 'baseUrl'> {
  controllerUrl: string;
  brokerUrl: string;
  tables: TableSettings;
}

/**
 * Rejects when a table cannot be queried: it is missing or has no segments on a server yet.
 * @throws OlapUnavailableError with the names
 */
export async function probePinotTables(broker: BrokerClient): Promise<void> {
  const missing: string[] = [];
  for (const { name } of DECLARATIONS) {
    const { serversQueried, partial } = await broker.query(`SELECT COUNT(*) FROM ${name} LIMIT 1`);
    if (serversQueried === 0 || partial) missing.push(name);
  }
  if (missing.length > 0) throw new OlapUnavailableError(`Pinot serves no segment of ${missing.join(', ')} yet`);
}

/** Brings up schemas and tables as declared in infra/pinot, in the dialect of the controller's version. */
export class PinotOlapAdmin implements OlapAdmin {
  private readonly controller: ControllerClient;
  private readonly broker: BrokerClient;
  private readonly settings: TableSettings;

  constructor({ controllerUrl, brokerUrl, tables, ...http }: PinotAdminOptions) {
    this.controller = new ControllerClient({ baseUrl: controllerUrl, ...http });
    this.broker = new BrokerClient({ baseUrl: brokerUrl, ...http });
    this.settings = tables;
  }

  /**
   * Creates missing schemas and tables and changes those that differ. A table config is checked by the controller before
   * it is sent. The topic must exist: Pinot makes one consuming segment a partition.
   * @throws OlapUnavailableError
   * @throws OlapDeclarationError when Pinot refuses or does not know a part of a declaration
   */
  async ensureTables(): Promise<{ created: string[]; changed: string[] }> {
    const version = await this.controller.version();
    const result = { created: [] as string[], changed: [] as string[] };
    for (const declaration of DECLARATIONS) {
      const outcome = await this.ensureTable(declaration, version);
      if (outcome !== 'same') result[outcome].push(declaration.name);
    }
    return result;
  }

  async probeTables(): Promise<void> {
    await probePinotTables(this.broker);
  }

  async version(): Promise<string> {
    return `pinot ${(await this.controller.version()).text.replace(/-[0-9a-f]{7,}$/, '')}`;
  }

  /** Pinot's controller drops segments past the declared retention by itself. */
  applyRetention(): Promise<null> {
    return Promise.resolve(null);
  }

  close(): Promise<void> {
    this.controller.close();
    this.broker.close();
    return Promise.resolve();
  }

  private async ensureTable(declaration: Declaration, version: PinotVersion): Promise<'created' | 'changed' | 'same'> {
    const { name } = declaration;
    const { schema, table } = emit(declaration, version, this.settings);
    const existingSchema = await this.controller.schema(name);
    const schemaDiffers = drift(schema, existingSchema).length > 0;
    if (existingSchema === null) await this.controller.createSchema(schema);
    else if (schemaDiffers) await this.controller.changeSchema(name, schema);

    const existingTable = await this.controller.table(name);
    if (existingTable === null) {
      await this.controller.validateTable(table);
      await this.controller.createTable(table);
      return 'created';
    }
    // Pinot keeps the table's name with its type.
    if (drift({ ...table, tableName: `${name}_REALTIME` }, existingTable).length === 0)
      return schemaDiffers ? 'changed' : 'same';
    await this.controller.validateTable(table);
    await this.controller.changeTable(name, table);
    return 'changed';
  }
}
