import { Module } from '@nestjs/common';
import { PartitionsModule } from '../partitions/partitions.module';
import { StoresController } from './stores.controller';
import { StoresService } from './stores.service';

@Module({ imports: [PartitionsModule], controllers: [StoresController], providers: [StoresService] })
export class StoresModule {}
