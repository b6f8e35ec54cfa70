import { Module } from '@nestjs/common';
import { clockProvider } from '../clock';
import { DatabaseModule } from '../database/database.module';
import { RetentionService } from './retention.service';

@Module({ imports: [DatabaseModule], providers: [RetentionService, clockProvider] })
export class RetentionModule {}
