// One JSON line per event on standard output, for whatever collects logs. Facts are ids, routes, counts and times:
// no names, no addresses of people, no query strings, no bodies.
export type Level = 'info' | 'warn' | 'error';

export function writeLog(level: Level, event: string, facts: Record<string, unknown> = {}): void {
	const line = { time: new Date().toISOString(), level, event, ...facts };
	process.stdout.write(JSON.stringify(line) + '\n');
}

export const log = {
	info: (event: string, facts?: Record<string, unknown>) => writeLog('info', event, facts),
	warn: (event: string, facts?: Record<string, unknown>) => writeLog('warn', event, facts),
	error: (event: string, facts?: Record<string, unknown>) => writeLog('error', event, facts)
};

/** An error as facts: its kind, sentence and where it was thrown, with the causes below it. */
export function errorFacts(error: unknown, depth = 3): Record<string, unknown> {
	if (!(error instanceof Error))
		return { error: typeof error === 'string' ? error.slice(0, 300) : typeof error };
	const facts: Record<string, unknown> = {
		error: error.name,
		message: error.message.slice(0, 500),
		stack: error.stack
			?.split('\n')
			.slice(1, 8)
			.map((line) => line.trim())
	};
	if (error.cause !== undefined && depth > 0) facts.cause = errorFacts(error.cause, depth - 1);
	return facts;
}
