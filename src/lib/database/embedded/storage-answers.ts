/** A refusal in the words of Supabase Storage: HTTP 400 with the real status inside, as a hosted project answers. */
export class StorageRefused extends Error {
	readonly statusCode: string;
	readonly error: string;
	readonly code: string;

	constructor(statusCode: number, error: string, code: string, message: string) {
		super(message);
		this.name = 'StorageRefused';
		this.statusCode = String(statusCode);
		this.error = error;
		this.code = code;
	}
}

export const noObject = () => new StorageRefused(404, 'not_found', 'NoSuchKey', 'Object not found');
export const noBucket = () => new StorageRefused(404, 'Bucket not found', 'NoSuchBucket', 'Bucket not found');
export const isDuplicate = () =>
	new StorageRefused(409, 'Duplicate', 'ResourceAlreadyExists', 'The resource already exists');
export const invalidKey = (key: string) =>
	new StorageRefused(400, 'InvalidKey', 'InvalidKey', `Invalid key: ${key.slice(0, 100)}`);
export const invalidRequest = (message: string) =>
	new StorageRefused(400, 'invalid_request', 'InvalidRequest', message);
export const notAllowed = () =>
	new StorageRefused(403, 'Unauthorized', 'AccessDenied', 'new row violates row-level security policy');
export const tooLarge = () =>
	new StorageRefused(
		413,
		'Payload too large',
		'EntityTooLarge',
		'The object exceeded the maximum allowed size'
	);

export function refusal({ statusCode, error, code, message }: StorageRefused): Response {
	return Response.json({ statusCode, error, code, message }, { status: 400 });
}
