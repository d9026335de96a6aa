package postgres

// QueueSQL and WaitingSQL are the statements of the queue, for tests of their plans.
var (
	QueueSQL   = queueSQL
	WaitingSQL = waitingSQL
)
