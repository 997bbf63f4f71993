/** Where the home writes what an operator should know: an event's name and facts, never personal data. */
export interface Log {
	info(event: string, facts?: Record<string, unknown>): void;
	warn(event: string, facts?: Record<string, unknown>): void;
	error(event: string, facts?: Record<string, unknown>): void;
}
