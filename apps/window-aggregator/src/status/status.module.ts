import { Module } from '@nestjs/common';
import { PartitionsModule } from '../partitions/partitions.module';
import { StatusController } from './status.controller';
import { StatusService } from './status.service';

@Module({ imports: [PartitionsModule], controllers: [StatusController], providers: [StatusService] })
export class StatusModule {}
