package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
)

// environment is what test/lab/up prints: the variables that name the cloud and its user demo.
type environment map[string]string

// labIsUp reports whether all processes of the lab run.
func labIsUp(ctx context.Context) bool {
	return exec.CommandContext(ctx, "test/lab/status").Run() == nil
}

// labUp brings the lab up, or finds it up.
func labUp(ctx context.Context) (environment, error) {
	var printed bytes.Buffer
	up := command(ctx, "test/lab/up")
	up.Stdout = &printed
	if err := up.Run(); err != nil {
		return nil, fmt.Errorf("test/lab/up: %w", err)
	}
	return parseEnvironment(printed.String()), nil
}

// labDown stops the lab's processes.
func labDown(ctx context.Context) error {
	if err := command(ctx, "test/lab/down").Run(); err != nil {
		return fmt.Errorf("test/lab/down: %w", err)
	}
	return nil
}

// parseEnvironment reads lines such as "export OS_USERNAME=demo".
func parseEnvironment(text string) environment {
	e := environment{}
	for line := range strings.Lines(text) {
		assignment, exported := strings.CutPrefix(strings.TrimSpace(line), "export ")
		if name, value, found := strings.Cut(assignment, "="); exported && found {
			e[name] = value
		}
	}
	return e
}

// database makes an empty database in the lab's MariaDB and returns its data source name.
func (e environment) database(ctx context.Context) (string, error) {
	socket := filepath.Join(e["OPENSTACK_LAB"], "mysql.sock")
	client := command(ctx, "mariadb", "--socket="+socket, "--user=root",
		"--execute=DROP DATABASE IF EXISTS occigate_test; CREATE DATABASE occigate_test")
	if err := client.Run(); err != nil {
		return "", fmt.Errorf("a database for the tests: %w", err)
	}
	return "root@unix(" + socket + ")/occigate_test", nil
}

// token logs the environment's user in to its project.
func (e environment) token(ctx context.Context) (string, error) {
	provider, err := openstack.AuthenticatedClient(ctx, gophercloud.AuthOptions{
		IdentityEndpoint: e["OS_AUTH_URL"],
		Username:         e["OS_USERNAME"],
		Password:         e["OS_PASSWORD"],
		DomainName:       e["OS_USER_DOMAIN_NAME"],
		TenantName:       e["OS_PROJECT_NAME"],
	})
	if err != nil {
		return "", err
	}
	return provider.Token(), nil
}
