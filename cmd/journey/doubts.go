package main

import (
	"fmt"

	"journey/engine/config"
)

// ignored gives the keys of a configuration that this version reads and does nothing with, so that nobody relies on them.
func ignored(cfg *config.Config) []string {
	var keys []string
	for _, k := range []struct {
		name    string
		written bool
	}{
		{"costs", len(cfg.Costs) > 0},
		{"understand", cfg.Understand != nil},
		{"crm", len(cfg.CRM) > 0},
		{"retention", cfg.Retention > 0},
	} {
		if k.written {
			keys = append(keys, k.name)
		}
	}
	return keys
}

// doubts says of a configuration that is right what may not be meant so.
func doubts(cfg *config.Config) []string {
	var list []string
	for _, key := range ignored(cfg) {
		list = append(list, fmt.Sprintf("%s is configured, and this version does nothing with it", key))
	}
	if cfg.Approval {
		list = append(list, "approval is required, and this version can't have versions approved: once journeys are live, changed ones do not go live")
	}
	if cfg.PublicURL == "" && realProviders(cfg.Providers) {
		list = append(list, "public_url is not configured: links in messages lead to this machine only, and the webhooks of providers can't be verified")
	}
	if !cfg.EncryptionKey.IsSet() && len(cfg.Tokens) > 0 {
		list = append(list, "encryption_key is not configured: whoever gets hold of the data file and its keys file can read them; it can't be added later")
	}
	return list
}

// realProviders tells whether messages reach anybody but the sandbox.
func realProviders(p config.Providers) bool {
	for _, list := range [][]config.Provider{p.SMS, p.Email} {
		for _, one := range list {
			if one.Kind != "sandbox" {
				return true
			}
		}
	}
	return false
}
