package main

import (
	"github.com/spf13/cobra"

	"github.com/portseal/portseal/report/schema"
)

func newReportCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "report", Short: "About reports", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newReportConvertCommand(), &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of reports",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(schema.Report())
			return err
		},
	})
	cmd.AddCommand(newReportCheckCommand(), newReportSignCommand(), newReportLogCommand())
	return cmd
}
