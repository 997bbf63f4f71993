-- Nothing to seed: a project begins as an empty city, to be filled with `npm run city -- import FILE`. The demo town and its
-- history are drawn by the server itself at its first start (src/lib/city/demo), through the same calls as a real city's files.
select 'an empty city' as seeded;
