import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to where the first start has to write the past, so that a start after an interruption knows what is left. */
export class AddBackfillEnd1735776000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE shop.shop_clock ADD COLUMN backfill_end_ms bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE shop.shop_clock DROP COLUMN backfill_end_ms');
  }
}
