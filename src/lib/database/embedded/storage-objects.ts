import type { Executor, Identity, SqlError, Statement } from './executor.ts';
import { isDuplicate, noBucket, noObject, notAllowed } from './storage-answers.ts';

/** A row of storage.objects, as the client sees it. */
export interface StoredObject {
	id: string;
	name: string;
	bucket_id: string;
	owner: string | null;
	owner_id: string | null;
	version: string;
	created_at: string;
	updated_at: string;
	last_accessed_at: string;
	metadata: ObjectMetadata;
	user_metadata: Record<string, unknown> | null;
}

export interface ObjectMetadata {
	eTag: string;
	size: number;
	mimetype: string;
	cacheControl: string;
	lastModified: string;
	contentLength: number;
	httpStatusCode: number;
}

export interface Bucket {
	id: string;
	name: string;
	public: boolean;
	file_size_limit: number | null;
	allowed_mime_types: string[] | null;
}

export type Write = 'create' | 'upsert' | 'update';

export interface NewObject {
	bucket: string;
	key: string;
	version: string;
	metadata: ObjectMetadata;
	userMetadata: Record<string, unknown> | null;
	write: Write;
}

/** The table behind the files. Every call runs as the caller, so the policies on storage.objects judge it. */
export interface Objects {
	bucket(id: string): Promise<Bucket>;
	buckets(caller: Identity): Promise<Bucket[]>;
	createBucket(caller: Identity, bucket: Bucket): Promise<void>;
	/** Whether `write` would pass, without a trace. */
	rehearse(caller: Identity, object: NewObject): Promise<void>;
	write(caller: Identity, object: NewObject): Promise<StoredObject>;
	find(caller: Identity, bucket: string, key: string): Promise<StoredObject>;
	list(caller: Identity, bucket: string, query: ListQuery): Promise<unknown[]>;
	remove(caller: Identity, bucket: string, keys: string[]): Promise<StoredObject[]>;
}

export interface ListQuery {
	prefix: string;
	search: string;
	limit: number;
	offset: number;
	column: 'name' | 'updated_at' | 'created_at' | 'last_accessed_at';
	order: 'asc' | 'desc';
}

export const STORAGE_SERVER: Identity = { role: 'service_role', claims: { role: 'service_role' } };

// Ends a rehearsal: whatever the statement before it would have written is undone.
const REHEARSED = 'KB000';
const UNDO: Statement = { sql: `do $$ begin raise exception sqlstate '${REHEARSED}'; end $$`, params: [] };

export function openObjects(executor: Executor): Objects {
	async function query(identity: Identity, work: Statement[]) {
		try {
			return (await executor.run(identity, work)).map((result) => result.rows);
		} catch (error) {
			const code = (error as Partial<SqlError>).code;
			if (code === '42501') throw notAllowed();
			if (code === '23505') throw isDuplicate();
			throw error;
		}
	}

	return {
		async bucket(id) {
			const [rows] = await query(STORAGE_SERVER, [
				{ sql: 'select to_jsonb(b) as bucket from storage.buckets b where id = $1', params: [id] }
			]);
			if (!rows![0]) throw noBucket();
			return rows![0].bucket as Bucket;
		},

		async buckets(caller) {
			const sql = 'select to_jsonb(b) as bucket from storage.buckets b order by id';
			const [rows] = await query(caller, [{ sql, params: [] }]);
			return rows!.map((row) => row.bucket as Bucket);
		},

		async createBucket(caller, bucket) {
			await query(caller, [
				{
					sql: `insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
						select b.id, b.name, b.public, b.file_size_limit, b.allowed_mime_types
						from jsonb_populate_record(null::storage.buckets, $1::text::jsonb) b`,
					params: [JSON.stringify(bucket)]
				}
			]);
		},

		async rehearse(caller, object) {
			try {
				const [rows] = await query(caller, [writing(caller, object), UNDO]);
				throw new Error(`A rehearsal was not undone (${rows?.length} rows).`);
			} catch (error) {
				if ((error as Partial<SqlError>).code !== REHEARSED) throw error;
			}
		},

		async write(caller, object) {
			const [rows] = await query(caller, [writing(caller, object)]);
			if (!rows![0]) throw noObject();
			return rows![0].object as StoredObject;
		},

		async find(caller, bucket, key) {
			const [rows] = await query(caller, [
				{
					sql: 'select to_jsonb(o) as object from storage.objects o where bucket_id = $1 and name = $2',
					params: [bucket, key]
				}
			]);
			if (!rows![0]) throw noObject();
			return rows![0].object as StoredObject;
		},

		async list(caller, bucket, query_) {
			const [rows] = await query(caller, [listing(bucket, query_)]);
			return rows!.map((row) => row.entry);
		},

		async remove(caller, bucket, keys) {
			const [rows] = await query(caller, [
				{
					sql: `delete from storage.objects o
						where bucket_id = $1 and name in (select jsonb_array_elements_text($2::text::jsonb))
						returning to_jsonb(o) as object`,
					params: [bucket, JSON.stringify(keys)]
				}
			]);
			return rows!.map((row) => row.object as StoredObject);
		}
	};
}

function writing(
	caller: Identity,
	{ bucket, key, version, metadata, userMetadata, write }: NewObject
): Statement {
	const sub = typeof caller.claims.sub === 'string' ? caller.claims.sub : null;
	const params = [
		bucket,
		key,
		version,
		JSON.stringify(metadata),
		userMetadata && JSON.stringify(userMetadata),
		sub
	];
	const assignments = `version = $3, metadata = $4::text::jsonb, user_metadata = $5::text::jsonb,
		owner = $6::text::uuid, owner_id = $6::text, updated_at = now(), last_accessed_at = now()`;
	if (write === 'update') {
		return {
			sql: `update storage.objects as o set ${assignments} where bucket_id = $1 and name = $2
				returning to_jsonb(o) as object`,
			params
		};
	}
	return {
		sql: `insert into storage.objects as o (bucket_id, name, version, metadata, user_metadata, owner, owner_id)
			values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6::text::uuid, $6::text)
			${write === 'upsert' ? `on conflict (bucket_id, name) do update set ${assignments}` : ''}
			returning to_jsonb(o) as object`,
		params
	};
}

/** One level of a folder, as the client lists it: objects, and sub-folders as entries without an id. */
function listing(bucket: string, { prefix, search, limit, offset, column, order }: ListQuery): Statement {
	const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
	return {
		sql: `
			with level as (
				select o.*, split_part(substr(o.name, length($2) + 1), '/', 1) as entry_name,
					strpos(substr(o.name, length($2) + 1), '/') > 0 as is_folder
				from storage.objects o
				where o.bucket_id = $1 and starts_with(o.name, $2)
			), entries as (
				select distinct on (entry_name, is_folder)
					entry_name as name, is_folder, updated_at, created_at, last_accessed_at, id, metadata
				from level
				where entry_name <> '' and strpos(lower(entry_name), lower($3)) > 0 or $3 = '' and entry_name <> ''
				order by entry_name, is_folder
			)
			select jsonb_build_object(
				'name', name,
				'id', case when not is_folder then id end,
				'updated_at', case when not is_folder then updated_at end,
				'created_at', case when not is_folder then created_at end,
				'last_accessed_at', case when not is_folder then last_accessed_at end,
				'metadata', case when not is_folder then metadata end) as entry
			from entries
			order by is_folder desc, ${column} ${order}, name
			limit $4 offset $5`,
		params: [bucket, folder, search, limit, offset]
	};
}
