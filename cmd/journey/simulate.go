package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"journey/engine/graph"
	"journey/engine/simulate"
)

// simulation is how `simulate` was called.
type simulation struct {
	run         string
	format      oneOf
	coverage    bool
	minCoverage float64
	quiet       bool
	interactive bool
}

func newSimulate(t terminal) *cobra.Command {
	s := simulation{format: oneOf{value: "text", known: []string{"text", "json", "junit"}}}
	cmd := &cobra.Command{
		Use:   "simulate PATH…",
		Short: "Run scenarios on a virtual clock, or chat with a journey",
		Long: `simulate compiles everything that PATH names and runs every scenario in it: on a virtual clock, with
stubs in place of services and providers, and without a network. A case is named journey/name.

Exit code: 0 all cases pass, 1 a case fails, the coverage is too low or a journey has errors,
2 not called properly (nothing to run is that, too).`,
		Example: `  journey simulate flows
  journey simulate flows --quiet
  journey simulate flows --run 'order-status/.*text' --format junit
  journey simulate flows --min-coverage 90
  journey simulate flows/order-status.yaml flows --interactive`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if s.minCoverage < 0 || s.minCoverage > 100 {
				return fmt.Errorf("--min-coverage is a percentage, from 0 to 100, and not %g", s.minCoverage)
			}
			a, err := analyse(cmd.Context(), paths)
			if err != nil {
				return err
			}
			if a.HasErrors() {
				a.dropNotes()
				return a.report(t.err, "text")
			}
			if s.interactive {
				id, err := a.choose(paths[0])
				if err != nil {
					return err
				}
				return simulate.Interactive(t.in, t.out, a.Source, a.Compiled, id)
			}
			s.coverage = s.coverage || cmd.Flags().Changed("min-coverage")
			return s.scenarios(t.out, a)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.run, "run", "", "run the cases whose journey/name matches this regular `expression` only")
	flags.Var(&s.format, "format", "how to write the results")
	flags.BoolVar(&s.coverage, "coverage", false, "tell which states, transitions and guards no case reached")
	flags.Float64Var(&s.minCoverage, "min-coverage", 0, "fail where all cases together reach less than this `percent`")
	flags.BoolVar(&s.quiet, "quiet", false, "a line a journey, with its coverage, and in full only what fails")
	flags.BoolVar(&s.interactive, "interactive", false, "chat with the journey here, with time under your control")
	return cmd
}

func (s *simulation) scenarios(w io.Writer, a *analysis) error {
	filter, err := regexp.Compile(s.run)
	if err != nil {
		return fmt.Errorf("--run: %w", err)
	}
	results := simulate.Run(a.Source, a.Compiled, simulate.Options{Run: filter, Coverage: s.coverage || s.quiet})
	switch {
	case len(a.Source.Scenarios) == 0:
		return errors.New("there are no scenarios in these files")
	case len(results) == 0:
		return fmt.Errorf("no case matches --run %s", s.run)
	}
	each, all := simulate.Cover(a.graphs(), results)
	if err := s.write(w, results, each, all); err != nil {
		return err
	}
	if simulate.Summarise(results).Failed > 0 || s.coverage && all.Percent() < s.minCoverage {
		return errFindings
	}
	return nil
}

func (s *simulation) write(w io.Writer, results []*simulate.Result, each []simulate.Covered, all simulate.Covered) error {
	switch s.format.value {
	case "json":
		if s.coverage {
			return simulate.WriteJSON(w, results, each)
		}
		return simulate.WriteJSON(w, results, nil)
	case "junit":
		return simulate.WriteJUnit(w, results)
	}
	if err := s.writeText(w, results, each, all); err != nil || !s.coverage || all.Percent() >= s.minCoverage {
		return err
	}
	_, err := fmt.Fprintf(w, "coverage is %.1f %%, and --min-coverage asks for %g %%\n", all.Percent(), s.minCoverage)
	return err
}

func (s *simulation) writeText(w io.Writer, results []*simulate.Result, each []simulate.Covered, all simulate.Covered) error {
	if s.quiet {
		return simulate.WriteSummary(w, results, each, all)
	}
	if err := simulate.WriteText(w, results); err != nil || !s.coverage {
		return err
	}
	return simulate.WriteCoverage(w, each, all)
}

// choose gives the one journey to chat with: that of the first file named, else the only one there is.
func (a *analysis) choose(path string) (string, error) {
	var ids []string
	for _, u := range a.Compiled.Units {
		if u.Source.File.Path == path {
			return u.Graph.ID, nil
		}
		ids = append(ids, u.Graph.ID)
	}
	switch len(ids) {
	case 0:
		return "", errors.New("there is no journey in these files")
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("--interactive wants one journey: name its file first, as in `journey simulate %s %s --interactive` (there are %s)",
		a.Compiled.Units[0].Source.File.Path, path, strings.Join(ids, ", "))
}

func (a *analysis) graphs() []*graph.Journey {
	var graphs []*graph.Journey
	for _, u := range a.Compiled.Units {
		graphs = append(graphs, u.Graph)
	}
	return graphs
}
