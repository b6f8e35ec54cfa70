import { initdbArgs, postgresArgs, postgresUrl } from './settings';

describe('PostgreSQL settings', () => {
  it('lets the caller change the defaults, but not where the server listens', () => {
    const settings = { shared_buffers: '16MB', listen_addresses: '*', port: '1' };
    const args = postgresArgs('/data/pgdata', 5433, settings);
    expect(args.slice(0, 2)).toEqual(['-D', '/data/pgdata']);
    expect(args).toEqual(
      expect.arrayContaining(['shared_buffers=16MB', 'listen_addresses=127.0.0.1', 'port=5433', 'jit=off']),
    );
    expect(args).not.toContain('listen_addresses=*');
  });

  it('makes clusters that ask for passwords and speak UTF-8', () => {
    expect(initdbArgs('/d', 'u', '/p')).toEqual(
      expect.arrayContaining(['--pwfile=/p', '--auth=scram-sha-256', '--encoding=UTF8']),
    );
  });

  it('escapes what stands in a connection string', () => {
    const url = new URL(postgresUrl({ user: 'u', password: 'a/b@c', port: 5433, database: 'order pulse' }));
    expect([decodeURIComponent(url.password), url.host, decodeURIComponent(url.pathname)]).toEqual([
      'a/b@c',
      '127.0.0.1:5433',
      '/order pulse',
    ]);
  });
});
