package remote

// Places are how many are remembered.
func (p *Pace) Places() int { return len(p.paid) }
