import { Module } from '@nestjs/common';
import { PartitionsModule } from '../partitions/partitions.module';
import { OverviewController } from './overview.controller';
import { OverviewService } from './overview.service';

@Module({ imports: [PartitionsModule], controllers: [OverviewController], providers: [OverviewService] })
export class OverviewModule {}
