import helmet from 'helmet';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** What helmet sets, by name. It is the same for every answer, so helmet is asked once and not for each of them. */
export function securityHeaders(): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet({ contentSecurityPolicy: false, strictTransportSecurity: false })(response.req, response, (error) => {
    if (error) throw new Error('helmet has set no headers', { cause: error });
  });
  return Object.fromEntries(response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]));
}
