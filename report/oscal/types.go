package oscal

import "encoding/json"

// The parts of an assessment-results document that are written, with the names of NIST's model.

// placeholder is a list that is written item by item. Where it has no items it is absent: OSCAL has no empty lists.
type placeholder = json.RawMessage

type document struct {
	Results assessmentResults `json:"assessment-results"`
}

type assessmentResults struct {
	UUID             string       `json:"uuid"`
	Metadata         metadata     `json:"metadata"`
	ImportAP         importAP     `json:"import-ap"`
	LocalDefinitions *definitions `json:"local-definitions,omitempty"`
	Results          []result     `json:"results"`
	BackMatter       backMatter   `json:"back-matter"`
}

type metadata struct {
	Title              string             `json:"title"`
	LastModified       string             `json:"last-modified"`
	Version            string             `json:"version"`
	OSCALVersion       string             `json:"oscal-version"`
	DocumentIDs        []documentID       `json:"document-ids,omitempty"`
	Roles              []role             `json:"roles,omitempty"`
	Parties            []party            `json:"parties,omitempty"`
	ResponsibleParties []responsibleParty `json:"responsible-parties,omitempty"`
	Remarks            string             `json:"remarks,omitempty"`
}

type documentID struct {
	Identifier string `json:"identifier"`
}

type role struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type party struct {
	UUID string `json:"uuid"`
	Type string `json:"type"`
	Name string `json:"name"`
}

type responsibleParty struct {
	RoleID     string   `json:"role-id"`
	PartyUUIDs []string `json:"party-uuids"`
}

type importAP struct {
	Href    string `json:"href"`
	Remarks string `json:"remarks,omitempty"`
}

type definitions struct {
	Objectives []objective `json:"objectives-and-methods"`
}

type objective struct {
	ControlID   string `json:"control-id"`
	Description string `json:"description,omitempty"`
	Props       []prop `json:"props,omitempty"`
	Parts       []part `json:"parts"`
	Remarks     string `json:"remarks,omitempty"`
}

type part struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Prose string `json:"prose"`
}

type prop struct {
	Name  string `json:"name"`
	NS    string `json:"ns,omitempty"`
	Value string `json:"value"`
}

type link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

type result struct {
	UUID             string           `json:"uuid"`
	Title            string           `json:"title"`
	Description      string           `json:"description"`
	Start            string           `json:"start"`
	End              string           `json:"end"`
	Props            []prop           `json:"props,omitempty"`
	LocalDefinitions localDefinitions `json:"local-definitions"`
	ReviewedControls reviewedControls `json:"reviewed-controls"`
	Observations     placeholder      `json:"observations,omitempty"` // of observation
	Risks            placeholder      `json:"risks,omitempty"`        // of risk
	Findings         placeholder      `json:"findings,omitempty"`     // of finding
	Remarks          string           `json:"remarks,omitempty"`
}

type localDefinitions struct {
	Components     []component `json:"components,omitempty"`
	InventoryItems placeholder `json:"inventory-items,omitempty"` // of inventoryItem
	Assets         assets      `json:"assessment-assets"`
}

type component struct {
	UUID        string `json:"uuid"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Props       []prop `json:"props,omitempty"`
	Status      status `json:"status"`
}

type status struct {
	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"`
	Remarks string `json:"remarks,omitempty"`
}

type inventoryItem struct {
	UUID        string                 `json:"uuid"`
	Description string                 `json:"description"`
	Props       []prop                 `json:"props,omitempty"`
	Implemented []implementedComponent `json:"implemented-components,omitempty"`
	Remarks     string                 `json:"remarks,omitempty"`
}

type implementedComponent struct {
	UUID string `json:"component-uuid"`
}

type assets struct {
	Components []component `json:"components"`
	Platforms  []platform  `json:"assessment-platforms"`
}

type platform struct {
	UUID  string                 `json:"uuid"`
	Title string                 `json:"title"`
	Props []prop                 `json:"props,omitempty"`
	Uses  []implementedComponent `json:"uses-components"`
}

type reviewedControls struct {
	Description string      `json:"description,omitempty"`
	Selections  []selection `json:"control-selections"`
}

type selection struct {
	Description string      `json:"description,omitempty"`
	Props       []prop      `json:"props,omitempty"`
	Links       []link      `json:"links,omitempty"`
	IncludeAll  *struct{}   `json:"include-all,omitempty"`
	Include     []controlID `json:"include-controls,omitempty"`
}

type controlID struct {
	ID string `json:"control-id"`
}

type observation struct {
	UUID        string     `json:"uuid"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Methods     []string   `json:"methods"`
	Types       []string   `json:"types,omitempty"`
	Origins     []origin   `json:"origins"`
	Subjects    []subject  `json:"subjects,omitempty"`
	Evidence    []evidence `json:"relevant-evidence,omitempty"`
	Collected   string     `json:"collected"`
	Remarks     string     `json:"remarks,omitempty"`
}

type origin struct {
	Actors []actor `json:"actors"`
}

type actor struct {
	Type string `json:"type"`
	UUID string `json:"actor-uuid"`
}

type subject struct {
	UUID string `json:"subject-uuid"`
	Type string `json:"type"`
}

type evidence struct {
	Href        string `json:"href"`
	Description string `json:"description"`
}

type finding struct {
	UUID         string               `json:"uuid"`
	Title        string               `json:"title"`
	Description  string               `json:"description"`
	Props        []prop               `json:"props,omitempty"`
	Origins      []origin             `json:"origins"`
	Target       target               `json:"target"`
	Observations []relatedObservation `json:"related-observations,omitempty"`
	Risks        []associatedRisk     `json:"related-risks,omitempty"`
}

type target struct {
	Type   string `json:"type"`
	ID     string `json:"target-id"`
	Status status `json:"status"`
}

type relatedObservation struct {
	UUID string `json:"observation-uuid"`
}

type associatedRisk struct {
	UUID string `json:"risk-uuid"`
}

type risk struct {
	UUID              string               `json:"uuid"`
	Title             string               `json:"title"`
	Description       string               `json:"description"`
	Statement         string               `json:"statement"`
	Props             []prop               `json:"props,omitempty"`
	Status            string               `json:"status"`
	Characterizations []characterization   `json:"characterizations"`
	Deadline          string               `json:"deadline,omitempty"`
	Remediations      []response           `json:"remediations,omitempty"`
	Observations      []relatedObservation `json:"related-observations,omitempty"`
}

type characterization struct {
	Origin origin  `json:"origin"`
	Facets []facet `json:"facets"`
}

type facet struct {
	Name   string `json:"name"`
	System string `json:"system"`
	Value  string `json:"value"`
}

type response struct {
	UUID        string `json:"uuid"`
	Lifecycle   string `json:"lifecycle"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type backMatter struct {
	Resources []resource `json:"resources"`
}

type resource struct {
	UUID        string       `json:"uuid"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Props       []prop       `json:"props,omitempty"`
	DocumentIDs []documentID `json:"document-ids,omitempty"`
	Rlinks      []rlink      `json:"rlinks,omitempty"`
}

type rlink struct {
	Href   string `json:"href"`
	Hashes []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"value"`
}
