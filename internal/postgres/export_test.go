package postgres

// The statements of the queue and of the cases, for tests of their plans.
var (
	QueueSQL     = queueSQL
	WaitingSQL   = waitingSQL
	CaseListSQL  = caseListSQL
	CaseCountSQL = caseCountSQL
)
