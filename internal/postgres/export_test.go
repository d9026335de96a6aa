package postgres

// The statements of the queue, of the cases and of a month's figures, for tests of their plans.
var (
	QueueSQL       = queueSQL
	WaitingSQL     = waitingSQL
	CaseListSQL    = caseListSQL
	DeskSQL        = deskSQL
	CaseCountSQL   = caseCountSQL
	FigureMonthSQL = figureMonthSQL
)
