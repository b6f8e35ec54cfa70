import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs, their steps and the steps' attempts. */
export class RunHistory1764000000000 implements MigrationInterface {
  name = 'RunHistory1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE scheduler.runs (
        id uuid PRIMARY KEY,
        job text NOT NULL,
        state text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'skipped', 'interrupted')),
        trigger text NOT NULL CHECK (trigger IN ('start', 'schedule', 'manual')),
        scheduled_at timestamptz NOT NULL,
        started_at timestamptz,
        finished_at timestamptz,
        runner text,
        error text
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX runs_one_active ON scheduler.runs (job) WHERE state IN ('queued', 'running')`,
    );
    await queryRunner.query(`CREATE INDEX runs_newest ON scheduler.runs (scheduled_at DESC, id)`);
    await queryRunner.query(`CREATE INDEX runs_newest_of_job ON scheduler.runs (job, scheduled_at DESC, id)`);
    await queryRunner.query(`
      CREATE TABLE scheduler.steps (
        run_id uuid NOT NULL REFERENCES scheduler.runs (id) ON DELETE CASCADE,
        name text NOT NULL,
        position integer NOT NULL,
        depends_on text[] NOT NULL,
        state text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'skipped', 'interrupted')),
        PRIMARY KEY (run_id, name)
      )`);
    await queryRunner.query(`
      CREATE TABLE scheduler.attempts (
        run_id uuid NOT NULL,
        step_name text NOT NULL,
        attempt integer NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        outcome text NOT NULL CHECK (outcome IN ('running', 'succeeded', 'waiting', 'failed', 'interrupted')),
        message text,
        PRIMARY KEY (run_id, step_name, attempt),
        FOREIGN KEY (run_id, step_name) REFERENCES scheduler.steps (run_id, name) ON DELETE CASCADE
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE scheduler.attempts, scheduler.steps, scheduler.runs');
  }
}
