import type { NestExpressApplication } from '@nestjs/platform-express';
import { EventLogServer } from '@orderpulse/event-log';

/** Makes the event log a transport of the application; consumption begins with startAllMicroservices. */
export function connectEventLog(app: NestExpressApplication): void {
  app.connectMicroservice({ strategy: app.get(EventLogServer) });
}
