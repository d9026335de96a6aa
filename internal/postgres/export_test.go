package postgres

// The statements of the queue and of a month's figures, for tests of their plans.
var (
	QueueSQL       = queueSQL
	WaitingSQL     = waitingSQL
	FigureMonthSQL = figureMonthSQL
)
