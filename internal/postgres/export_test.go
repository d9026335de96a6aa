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

// OrderedPlans is how those are planned that are read in order.
const OrderedPlans = orderedPlans
