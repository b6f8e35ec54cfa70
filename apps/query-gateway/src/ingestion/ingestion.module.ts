import { Module } from '@nestjs/common';
import { IngestLag } from './ingest-lag';
import { IngestMetrics } from './ingest.metrics';
import { IngestionService } from './ingestion.service';

/** Fills the SQL tables from the topic and knows how far it is. */
@Module({ providers: [IngestLag, IngestMetrics, IngestionService], exports: [IngestLag] })
export class IngestionModule {}
