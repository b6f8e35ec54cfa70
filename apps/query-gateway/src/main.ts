import { runService } from '@orderpulse/service-kit';
import { gatewayService } from './gateway.service-definition';

void runService(gatewayService());
