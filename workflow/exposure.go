package workflow

// Exposure says whether a contribution may be seen right now. It is derived
// from facts and never stored.
type Exposure string

// The exposures, the one that weighs most first.
const (
	Purged      Exposure = "purged"      // nobody; a tombstone is left
	Blocked     Exposure = "blocked"     // nobody, by an authority's order (R48)
	Withdrawn   Exposure = "withdrawn"   // nobody, by a decision (R43)
	Masked      Exposure = "masked"      // nobody for now (R42)
	Archived    Exposure = "archived"    // nobody; put away
	Visible     Exposure = "visible"     // the space's audience
	Unpublished Exposure = "unpublished" // nobody yet
)

// Exposures lists the exposures, the one that weighs most first.
func Exposures() []Exposure {
	return []Exposure{Purged, Blocked, Withdrawn, Masked, Archived, Visible, Unpublished}
}

// Expose derives the exposure of a contribution from the kinds of the open holds
// that reach it (its own, its parent's, its space's), and from whether it was
// purged and has a live revision. A kind that it does not know hides as a block.
func Expose(purged bool, holds []HoldKind, live bool) Exposure {
	if purged {
		return Purged
	}
	weight := map[HoldKind]Exposure{
		BlockHold: Blocked, WithdrawHold: Withdrawn, MaskHold: Masked, ArchiveHold: Archived, FreezeHold: Visible,
	}
	open := map[Exposure]bool{}
	for _, kind := range holds {
		exposure, known := weight[kind]
		if !known {
			exposure = Blocked
		}
		open[exposure] = true
	}
	for _, exposure := range []Exposure{Blocked, Withdrawn, Masked, Archived} {
		if open[exposure] {
			return exposure
		}
	}
	if live {
		return Visible
	}
	return Unpublished
}
