// Package bench measures the service on the machine that it runs on: on a private
// PostgreSQL with durable settings and a real redis-server, both its own, with
// everything on two processors. Each figure is a rate or a time beside that of
// something bare that does the same, measured in the same run, and their ratio
// against a target.
//
// What is measured runs in processes of its own: the house (services, relay,
// worker, reading door, the clients that drive them) and a second process that
// reads. This one starts them, and does the bare side. docs/performance.md says
// what exactly is compared.
package bench
