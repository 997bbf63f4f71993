import { createServer } from 'node:net';

/**
 * Throws what listening would throw (EADDRINUSE, EACCES, EADDRNOTAVAIL), before a start has spent a minute on building and
 * migrating. Somebody may still take the port in between; then listening itself says so.
 */
export async function assertPortFree(port: number, host: string): Promise<void> {
	if (port === 0) return;
	const probe = createServer();
	await new Promise<void>((free, taken) => {
		probe.once('error', taken);
		probe.listen({ port, host, exclusive: true }, () => probe.close(() => free()));
	});
}
