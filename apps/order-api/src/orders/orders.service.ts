import { Injectable } from '@nestjs/common';
import type { ChangeOrderStatus, CreateOrder, PageQuery } from '@orderpulse/contracts';
import { Clock, ConflictError, NotFoundError } from '@orderpulse/service-kit';
import { randomUUID } from 'node:crypto';
import { Database } from '../database/database.service';
import { clientOrder } from './client-order';
import { nextStep } from './lifecycle';
import { lockOrder } from './lock-orders';
import { creationOf, type OrderChange, stepOf } from './order-change';
import { OrderEntity } from './order.entity';
import { writeChanges } from './order-writer';
import { Timeline } from './timeline';

/** Orders of clients, and reading of all orders. Documents go out as the JSON text that is stored. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly database: Database,
    private readonly timeline: Timeline,
    private readonly clock: Clock,
  ) {}

  /** A page of orders, newest first, as JSON text of an OrderPage. */
  async page({ page, limit }: PageQuery): Promise<string> {
    const orders = await this.database.read((manager) =>
      manager.find(OrderEntity, {
        select: { orderId: true, document: true },
        order: { createdAtMs: 'DESC', orderId: 'DESC' },
        skip: (page - 1) * limit,
        take: limit,
      }),
    );
    const counted = await this.database.run<{ total: number }>('SELECT order_count AS total FROM shop.outbox_head');
    const items = orders.map((order) => order.document).join(',');
    return `{"items":[${items}],"page":${page},"limit":${limit},"total":${counted.rows[0]?.total ?? 0}}`;
  }

  /** The latest version of an order as JSON text. @throws NotFoundError (ORDER_NOT_FOUND) */
  async document(orderId: string): Promise<string> {
    const order = await this.database.read((manager) => manager.findOneBy(OrderEntity, { orderId }));
    if (!order) throw notFound(orderId);
    return order.document;
  }

  /** Stores a client's order and its event in one transaction. @throws UnavailableError while the past is written */
  async create(request: CreateOrder): Promise<OrderChange> {
    return this.timeline.share(async () => {
      const nowMs = this.clock.now();
      const created = creationOf(clientOrder(request, randomUUID(), nowMs), nowMs);
      await this.database.transaction((sql) => writeChanges(sql, [created]));
      return created;
    });
  }

  /**
   * Takes an order one step on. @returns the new version
   * @throws NotFoundError (ORDER_NOT_FOUND), ConflictError (IMPOSSIBLE_STEP), UnavailableError while the past is written
   */
  async changeStatus(orderId: string, { status }: ChangeOrderStatus): Promise<OrderChange> {
    return this.timeline.share(() =>
      this.database.transaction(async (sql) => {
        const stored = await lockOrder(sql, orderId);
        if (!stored) throw notFound(orderId);
        const possible = nextStep(stored.status);
        if (possible !== status) {
          const hint = possible ? `its next step is ${possible}` : 'it has no next step';
          throw new ConflictError(
            `An order that is ${stored.status} cannot become ${status}; ${hint}.`,
            'IMPOSSIBLE_STEP',
          );
        }
        const changed = stepOf(stored, status, Math.max(this.clock.now(), stored.createdAtMs));
        await writeChanges(sql, [changed]);
        return changed;
      }),
    );
  }
}

function notFound(orderId: string): NotFoundError {
  return new NotFoundError(`There is no order ${orderId}.`, 'ORDER_NOT_FOUND');
}
