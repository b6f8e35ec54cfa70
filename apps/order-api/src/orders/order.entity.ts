import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where an order stands in its life. */
export type OrderStatus = 'placed' | 'payment_failed' | 'shipped' | 'delivered' | 'refunded';

/** The latest version of an order. */
@Entity({ name: 'orders', schema: 'shop' })
export class OrderEntity {
  @PrimaryColumn({ name: 'order_id', type: 'text' })
  orderId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  status!: OrderStatus;

  /** Event time of version 1, epoch ms. */
  @Column({ name: 'created_at_ms', type: 'bigint' })
  createdAtMs!: number;

  /** The steps still planned, as JSON of PlannedStep[]; see lifecycle.ts. */
  @Column({ type: 'text' })
  plan!: string;

  /** When the first planned step is due, epoch ms; null when none is planned. */
  @Column({ name: 'next_due_ms', type: 'bigint', nullable: true })
  nextDueMs!: number | null;

  /** The order as JSON text, without the fields of its events. */
  @Column({ type: 'text' })
  document!: string;
}
