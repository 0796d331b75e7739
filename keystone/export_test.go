package keystone

// Token returns the token that the session's calls carry.
func (s *Session) Token() string { return s.provider.Token() }
