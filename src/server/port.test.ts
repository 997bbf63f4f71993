import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { assertPortFree } from './port.ts';

test('a port that another program listens on is found taken, and free once that has ended', async () => {
	const other = createServer();
	await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
	const { port } = other.address() as AddressInfo;
	await expect(assertPortFree(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
	await new Promise((closed) => other.close(closed));
	await assertPortFree(port, '127.0.0.1');
	// Asking leaves nothing behind that would take it.
	await assertPortFree(port, '127.0.0.1');
});

test('an address that is not this machine’s is told before anything else happens', async () => {
	await expect(assertPortFree(5180, '192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});
