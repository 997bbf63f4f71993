// The thread that holds the facts and answers questions about them. It is told everything and asks for nothing.
import { parentPort } from 'node:worker_threads';
import { FactHolder } from './fact-holder.ts';
import type { FactOrder } from './fact-message.ts';

const port = parentPort!;
const holder = new FactHolder();
port.on('message', (order: FactOrder) => port.postMessage(holder.carryOut(order)));
