package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"journey/engine/diagnostic"
)

// terminal is what a command reads from and writes to: results to out, complaints about how it was called to err.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

const (
	exitClean    = 0
	exitFindings = 1 // what was looked at is not in order; the report says what
	exitMisuse   = 2 // nothing was looked at
)

// errFindings ends a command whose report has said what is wrong.
var errFindings = errors.New("findings")

func run(args []string, t terminal) int {
	root := newRoot(t)
	root.SetArgs(args)
	err := checkCommand(root, args)
	if err == nil {
		err = root.Execute()
	}
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintf(t.err, "journey: %v\n", err)
	return exitMisuse
}

func newRoot(t terminal) *cobra.Command {
	root := &cobra.Command{
		Use:     "journey",
		Short:   "Customer journeys as files: validate, simulate and serve them",
		Version: version(),
		Long: `journey works with customer journeys that are written as YAML files: it finds what is wrong with them,
runs them against scenarios, and leads customers through them over chat, SMS and email.

A PATH is a file, or a folder that is searched for *.yaml and *.yml; everything named in one call is
one bundle, whose journeys, libraries, translations and scenarios see each other.`,
		Example: `  journey validate flows             what is wrong, at its line
  journey simulate flows             run the scenarios
  journey serve --flows flows        serve them, and try them at http://127.0.0.1:8080`,
		SilenceErrors:      true,
		SilenceUsage:       true,
		DisableSuggestions: true, // checkCommand makes them
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(t.err)
			return errors.Join(cmd.Help(), errors.New("no command given"))
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetVersionTemplate("journey {{.Version}}\n")
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newValidate(t), newCompile(t), newSimulate(t), newServe(t), newData(t))
	return root
}

// checkCommand explains a command that does not exist.
func checkCommand(root *cobra.Command, args []string) error {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	if _, _, err := root.Find(args); err == nil {
		return nil
	}
	var word string
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			word = a
			break
		}
	}
	var known []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	if meant := diagnostic.Suggest(word, known); meant != "" {
		return fmt.Errorf("there is no command `%s`; did you mean `%s`?", word, meant)
	}
	return fmt.Errorf("there is no command `%s`; the commands are %s", word, strings.Join(known, ", "))
}

// flagError explains a flag that does not exist, and leaves the other complaints as they are.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	name := unknown.GetSpecifiedName()
	if meant := diagnostic.Suggest(name, known); meant != "" {
		return fmt.Errorf("`%s` has no flag --%s; did you mean --%s?", cmd.CommandPath(), name, meant)
	}
	return fmt.Errorf("`%s` has no flag --%s; `%s --help` lists them", cmd.CommandPath(), name, cmd.CommandPath())
}

// noArgs is the rule for commands that take flags only.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("`%s` takes flags only, and not `%s`; `%s --help` lists them", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}

// needPaths is the rule for the arguments of every command that reads a bundle.
func needPaths(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("`%s` needs a file or a folder to read", cmd.CommandPath())
	}
	return nil
}

// oneOf is a flag whose value is one of a few words.
type oneOf struct {
	value string
	known []string
}

func (o *oneOf) String() string { return o.value }
func (o *oneOf) Type() string   { return strings.Join(o.known, "|") }

func (o *oneOf) Set(s string) error {
	for _, k := range o.known {
		if s == k {
			o.value = s
			return nil
		}
	}
	if meant := diagnostic.Suggest(s, o.known); meant != "" {
		return fmt.Errorf("did you mean %s?", meant)
	}
	return fmt.Errorf("it is one of %s", strings.Join(o.known, ", "))
}
