package main

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// verifyCommand verifies one chain in its own process. It is what serve starts for each, and tells an
// operator what is wrong with a user's proxy.
func verifyCommand(t *trust) *cobra.Command {
	return &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Verify the chain in a proxy file (PEM), or on standard input (DER, joined)",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			der, err := readChain(cmd.InOrStdin(), args)
			if err != nil {
				return err
			}
			v, err := check(der, *t)
			if err != nil {
				return err
			}
			if v.detail != "" {
				if _, err := fmt.Fprintln(cmd.ErrOrStderr(), v.detail); err != nil {
					return err
				}
			}
			return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
		},
	}
}

// readChain returns the certificates of a PEM file as joined DER, or all of stdin.
func readChain(stdin io.Reader, args []string) ([]byte, error) {
	if len(args) == 0 {
		return io.ReadAll(io.LimitReader(stdin, maxBody))
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return nil, err
	}
	var der []byte
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			der = append(der, block.Bytes...)
		}
	}
	if len(der) == 0 {
		return nil, errors.New("no certificate in the file")
	}
	return der, nil
}
