import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OLAP_ADMIN, OLAP_STORE, type OlapAdmin, type OlapStore } from '../port';
import { OlapStoreModule } from './olap-store.module';

@Injectable()
class Config {
  readonly databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
}

@Module({ providers: [Config], exports: [Config] })
class ConfigModule {}

describe('OlapStoreModule', () => {
  it('provides the store and the admin that the settings name, and closes them with the application', async () => {
    const module = await Test.createTestingModule({
      imports: [
        OlapStoreModule.forRootAsync({
          imports: [ConfigModule],
          inject: [Config],
          useFactory: ({ databaseUrl }: Config) => ({ kind: 'postgres', databaseUrl }),
          admin: true,
        }),
      ],
    }).compile();
    await module.init();
    const store = module.get<OlapStore>(OLAP_STORE);
    const admin = module.get<OlapAdmin>(OLAP_ADMIN);
    expect(store.kind).toBe('postgres');
    const closed = [jest.spyOn(store, 'close'), jest.spyOn(admin, 'close')];
    await module.close();
    for (const close of closed) expect(close).toHaveBeenCalledTimes(1);
  });

  it('provides no admin unless asked, and starts while the engine is gone', async () => {
    const module = await Test.createTestingModule({
      imports: [
        OlapStoreModule.forRootAsync({
          useFactory: () => ({
            kind: 'pinot',
            controllerUrl: 'http://127.0.0.1:1',
            brokerUrl: 'http://127.0.0.1:1',
            kafkaBrokers: 'k:1',
          }),
        }),
      ],
    }).compile();
    await module.init();
    const store = module.get<OlapStore>(OLAP_STORE);
    expect(store.kind).toBe('pinot');
    expect(() => module.get(OLAP_ADMIN)).toThrow();
    await expect(store.ping()).rejects.toMatchObject({ code: 'OLAP_UNAVAILABLE', retriable: true });
    await module.close();
  });
});
