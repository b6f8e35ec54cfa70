import type { Click } from '@orderpulse/contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One step of a visitor through the shop's pages. */
@Entity({ name: 'clicks', schema: 'shop' })
export class ClickEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  number!: number;

  @Column({ name: 'click_id', type: 'uuid' })
  clickId!: string;

  @Column({ name: 'session_id', type: 'text' })
  sessionId!: string;

  @Column({ name: 'customer_id', type: 'text', nullable: true })
  customerId!: string | null;

  @Column({ type: 'text' })
  page!: string;

  @Column({ type: 'text' })
  action!: Click['action'];

  @Column({ name: 'product_id', type: 'text', nullable: true })
  productId!: string | null;

  /** Epoch ms. */
  @Column({ name: 'created_at_ms', type: 'bigint' })
  createdAtMs!: number;
}
