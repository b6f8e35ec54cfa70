import type { Task } from '@orderpulse/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A long-running request and how far it is. */
@Entity({ name: 'tasks', schema: 'shop' })
export class TaskEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  kind!: Task['kind'];

  @Column({ type: 'text' })
  state!: Task['state'];

  @Column({ type: 'integer' })
  total!: number;

  @Column({ type: 'integer' })
  done!: number;

  /** Sum of the stored orders in cents of the base currency; null for kinds that store no revenue. */
  @Column({ name: 'revenue_cents', type: 'bigint', nullable: true })
  revenueCents!: number | null;

  @Column({ name: 'row_errors', type: 'jsonb' })
  rowErrors!: Task['rowErrors'];

  @Column({ name: 'row_error_count', type: 'integer' })
  rowErrorCount!: number;

  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @Column({ name: 'created_at_ms', type: 'bigint' })
  createdAtMs!: number;

  @Column({ name: 'finished_at_ms', type: 'bigint', nullable: true })
  finishedAtMs!: number | null;
}
