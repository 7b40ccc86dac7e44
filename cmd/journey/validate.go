package main

import "github.com/spf13/cobra"

func newValidate(t terminal) *cobra.Command {
	format := oneOf{value: "text", known: []string{"text", "json"}}
	var strict, quiet bool
	cmd := &cobra.Command{
		Use:   "validate PATH…",
		Short: "Say what is wrong with journeys, at its line, and what was meant",
		Long: `validate parses, compiles and analyses everything that PATH names, and reports each finding at the
place where it would be mended.

Exit code: 0 nothing wrong (warnings and notes do not count), 1 errors, 2 not called properly.`,
		Example: `  journey validate flows
  journey validate flows/order-status.yaml flows/shop.lib.yaml --strict
  journey validate flows --format json`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			a, err := analyse(cmd.Context(), paths)
			if err != nil {
				return err
			}
			if strict {
				a.makeStrict()
			}
			if quiet {
				a.dropNotes()
			}
			return a.report(t.out, format.value)
		},
	}
	cmd.Flags().Var(&format, "format", "how to write the findings")
	cmd.Flags().BoolVar(&strict, "strict", false, "take warnings for errors")
	cmd.Flags().BoolVar(&quiet, "quiet", false, "leave out the notes")
	return cmd
}
