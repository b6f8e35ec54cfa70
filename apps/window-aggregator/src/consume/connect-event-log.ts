import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventLogServer } from '@orderpulse/event-log';

/** Makes the event log a transport of the application; consumption begins with startAllMicroservices. */
export function connectEventLog(app: NestFastifyApplication): void {
  app.connectMicroservice({ strategy: app.get(EventLogServer) });
}
