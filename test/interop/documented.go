package interop

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// userDocumentation shows what users type, and what they see then.
const userDocumentation = "../../docs/clients.md"

// curl is what the user documentation shows of it, and of our own client, typed into one shell from beginning to end.
func curl() client {
	return client{
		name:        "curl, as documented",
		mediaTypes:  []string{"text/plain"},
		signIns:     []signIn{byPassword}, // with OpenStack's own client, once
		sandboxOnly: true,                 // whose names and answers the documentation shows
		install:     inPath("curl", "openstack", "ssh-keygen"),
		run:         runDocumented,
	}
}

// example is a fenced block of a page: commands, and what all of them print.
type example struct {
	section  string
	commands []string
	output   []string
}

func (x *example) name(n int) string {
	return fmt.Sprintf("%s %d", strings.ToLower(x.section), n)
}

func runDocumented(t *testing.T, s session) []operation {
	t.Helper()
	page, err := os.ReadFile(userDocumentation)
	if err != nil {
		t.Fatal(err)
	}
	examples := readExamples(string(page), "A token", "curl", "occi")
	if err := execute(t.Context(), "go", "build", "-o", s.home, "../../cmd/occi"); err != nil {
		t.Fatal(err)
	}
	const mark = "\x01" // stands before the output of each example
	var script strings.Builder
	for _, x := range examples {
		fmt.Fprintf(&script, "printf '\\001'\n%s\n", strings.Join(x.commands, "\n"))
	}
	shell := exec.CommandContext(t.Context(), "bash")
	shell.Dir = t.TempDir()
	shell.Env = s.environ("PATH="+s.home+":"+os.Getenv("PATH"), "OCCI_TOKEN=", "OCCI_KEYSTONE="+strings.TrimSuffix(s.User["OS_AUTH_URL"], "/v3"))
	shell.Stdin = strings.NewReader(script.String())
	said, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("the shell: %v", err)
	}
	outputs := strings.Split(string(said), mark)[1:]
	if len(outputs) != len(examples) {
		t.Fatalf("the shell ran %d of %d examples:\n%s", len(outputs), len(examples), said)
	}
	var done []operation
	for i, x := range examples {
		o := operation{name: x.name(i + 1)}
		var got []string
		if output := strings.TrimSuffix(outputs[i], "\n"); output != "" {
			got = strings.Split(output, "\n")
		}
		if !matchLines(x.output, got) {
			o.fault = fmt.Sprintf("%s\nsays\n%s\nand the documentation\n%s",
				strings.Join(x.commands, "\n"), strings.Join(got, "\n"), strings.Join(x.output, "\n"))
		}
		done = append(done, o)
	}
	return done
}

// readExamples returns the examples under headings of the second level, and under those below them. A block without
// commands is none.
func readExamples(page string, headings ...string) []example {
	var all []example
	var wanted bool
	var section string
	var block *example // that is open
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		heading, second := strings.CutPrefix(line, "## ")
		below, third := strings.CutPrefix(line, "### ")
		switch {
		case block != nil && line == "```":
			if wanted && len(block.commands) > 0 {
				all = append(all, *block)
			}
			block = nil
		case block != nil:
			block.add(line)
		case strings.HasPrefix(line, "```"):
			block = &example{section: section}
		case second:
			wanted, section = slices.Contains(headings, heading), heading
		case third:
			section = below
		}
	}
	return all
}

// add takes a line of the block: a command begins with a dollar sign, and goes on after a backslash and in a here
// document.
func (x *example) add(line string) {
	last := len(x.commands) - 1
	command, begins := strings.CutPrefix(line, "$ ")
	switch {
	case last >= 0 && len(x.output) == 0 && unfinished(x.commands[last]):
		x.commands[last] += "\n" + line
	case begins:
		x.commands = append(x.commands, command)
	default:
		x.output = append(x.output, line)
	}
}

var unclosed = regexp.MustCompile(`'[^']*$`)

// unfinished reports whether a shell would wait for more of a command.
func unfinished(command string) bool {
	if strings.Contains(command, "<<END") {
		return !strings.HasSuffix(command, "\nEND")
	}
	return strings.HasSuffix(command, `\`) || strings.Count(command, "'")%2 == 1 && unclosed.MatchString(command)
}

// varying is what differs from run to run.
var varying = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}` + // UUIDs
	`|127\.0\.0\.1:[0-9]+` +
	`|gAAAAA[A-Za-z0-9_-]+` + // tokens
	`|fa:16:3e(:[0-9a-f]{2}){3}`)

// matchLines reports whether lines are as documented, but for what varies. In the documentation … stands for any text
// or, alone on a line, for any lines.
func matchLines(documented, got []string) bool {
	if len(documented) == 0 {
		return len(got) == 0
	}
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for _, line := range documented {
		if line == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		text := regexp.QuoteMeta(varying.ReplaceAllString(line, "<>"))
		pattern.WriteString(strings.ReplaceAll(text, "…", ".*") + `\r?\n`)
	}
	pattern.WriteString(`\z`)
	text := varying.ReplaceAllString(strings.Join(got, "\n")+"\n", "<>")
	return regexp.MustCompile(pattern.String()).MatchString(text)
}
