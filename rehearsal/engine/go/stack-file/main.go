// Command stack-file reads stack files as the engine does and writes them as `pulumi config set` does.
// Standard input: a JSON list of texts. Standard output: per text what the engine reads and what it writes back.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

type answer struct {
	Reads  string `json:"reads,omitempty"`
	Writes string `json:"writes,omitempty"`
	Error  string `json:"error,omitempty"`
}

func ask(text string) (found answer) {
	defer func() {
		if fault := recover(); fault != nil {
			found = answer{Error: fmt.Sprint(fault)}
		}
	}()
	stack, err := workspace.LoadProjectStackBytes(nil, nil, []byte(text), "Pulumi.probe.yaml", encoding.YAML)
	if err != nil {
		return answer{Error: err.Error()}
	}
	reads, err := json.Marshal(stack.Config)
	if err != nil {
		return answer{Error: err.Error()}
	}
	writes, err := encoding.YAML.Marshal(stack)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Reads: string(reads), Writes: string(writes)}
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	answers := make([]answer, len(texts))
	for i, text := range texts {
		answers[i] = ask(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
