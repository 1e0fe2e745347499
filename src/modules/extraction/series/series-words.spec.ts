import { describe, expect, it } from '@jest/globals';
import { seriesOf } from './fixture-header.js';
import { isAborted, isDegraded } from './remark-words.js';
import { classifySeries, type SeriesRole } from './series-role.js';

/** Series descriptions as hospitals and public prostate collections spell them, with nothing else left in the header. */
const DESCRIPTIONS: Record<SeriesRole, string> = {
  T2W: `
    AX OB T2WTSE | AX OBL T2 BLADE SMFOV | AX T2 | AX T2 FSE 3mm | AX T2 NO ANGLE | AX T2 PROPELLER
    AX T2 SM FOV | AX T2 TSE | AX T2tseSMFOV | AXT2 | Ax Cube T2-100ETL2Rx | Ax T2 | Ax T2 FRFSE PROP
    SCAx T2 FSE | T2 AX | T2 AX TSE SMALL FOV | T2 Ax SPACE Prostate PlaneTop of Bladder-Thru Prostate
    T2WTSE AX HI | reprat t2spcrstaxial oblProstate | t2spcrstax oblp2 | t2spcrstaxial Prostate
    t2spctrap2rstaxial oblProstate | t2tsetra | t2tsetra obl 3mm | t2tsetra320p2 | t2tsetraprostate
    AX T2 HR  FRFSE | T2 SPACE 3D AXIAL | AX FSE T2 SMALL | AX T2  6 NSA | AX T2 . voxel 7x.8 | AX T2 B1 Default
    AX T2 CS | AX T2 cs 3.0 | AX T2 N/S | AX T2 No sense | Ax T2 thin FRFSE | sT2 TSE ax no post
    T2 AX SMALL FOV*IF MOTION REPEAT* | T2 AXIAL 3MM | t2_tse_tra_3mm _SFOV_TE 92 | t2_tse_tra_Grappa3
    T2W_TSE_ax PSS Refoc 52 | T2W_TSE_ax zoom PSS Refoc | 5__AX_FRFSE_XL_T2 | T2W_TSE_axial new CLEAR
    T2 SAG REF CLEAR | VISTA SENSE | T2W_TSE_new CLEAR | AX T2 FRFSE | T2 transversal Prostata hochaufgelöst
    T2 TSE axial Prostata | t2_blade_tra | T2 sagittaal | T2 gewogen TSE axiaal | Pondération T2 axiale
    AX T2 PROSTATE PETIT CHAMP | Axial T2 pelvis grand champ | T2 axial próstata alta resolución
    T2 TSE sagital | Potenciado T2 coronal | T2 assiale TSE | T2 fs tra | STIR cor | TIRM tra | COR STIR PELVIS
    t2_haste_cor | T2_SSFSE_COR | T2 FSE tra fs | fse_t2_tra | t2_fse_mx_3d_tra_fs_iso | AX T2 FSE JET
    FASE T2 cor | T2W_SPAIR_tra | T2W_DIXON_W tra | T2_mDIXON_TSE_W | T2 TSE Ax hi sense | T2W MultiVane XD ax
    T2_VISTA_tra | T2 for fusion biopsy UroNav | t2 axial thin for UroNav fusion
    T2 lokale Stadieneinteilung tra | AX T2 LOCAL STAGING | t2_tse_tra_wdh | T2 TSE ax herhaling | AX T2 RPT
    T2 tra Wiederholung | Axiaal T2 prostaat | T2 ax prostate repete | T2_TSE_tra_motion correction
    T2 TSE cor post biopsy | TSE_T2_tra | FSE T2 AX RADAR | T2 FSE AX isoFSE
  `,
  ADC: `
    diffusiontrab10001500ADC | ep2d-advdiff-3Scan-4bvalspairUpper ProstateADC
    ep2d-advdiff-3Scan-4bvalspairstdADCDFCMIX | ep2ddiffb01004008001400ADC | AX DWINBHADC | AX DIFF EP2DADC
    dSShDWI ADC COMBO | ep2ddiffb0100400800ADCDFC | Ax Diff B 507501000ADC | Apparent Diffusion Coefficient mm2s
    AX DWI FS ZOOM 1006001000ADCDFCMIX | DWI AXADCDFCMIX | ADC | ADC 10-6 mms | ep2ddiffb 0100400800ADC
    AX DWI B50 B400 B800ADC | DIFFUSION B1000 1500ADC | eDWI 3 bADC | resolvediffb1008001400 AXp2ADC
    AX DIFF NO ANGLE B0504001400ADC | rFOV Apparent Diffusion Coefficient Map | DIFF Ax 2ADC | dDWI ADC
    DWIADCDFC | dADC 100 | ADC (10^-6 mm²/s) | AX DIFFUSION_ADC_DFC_MIX | AX DWI (50,1500)_ADC
    b_1500 prostate_ADC | d3B ADC 3B 750  ERC SSh_DWI FAST SENSE | dADC | dADC 0_1500 | dADC 100 400 600
    dADC ALL | dADC from b0_600 | dADC Map | dADC_1 axial | dADC_b375_750_1150 | ddADC MAP | DIFF bv1400_ADC
    diff tra b 50 500 800 WIP511b alle spoelen_ADC | diffusie-3Scan-4bval_fs_ADC | DWI PROSTATE_ADC
    ep2d_diff_new 16 measipat_ADC | dRegADC_all LFOV | dDWI_ADC | dADC_all sFOV AP 4b
    701__Apparent_D_nt__mm__s_ | Apparent Diffusion Coefficient (mm2/s) | Average DC
    Aparent Difusion Coeficient | scheinbarer Diffusionskoeffizient | Schijnbare diffusiecoefficient
    Coefficient de diffusion apparent | Coeficiente de difusión aparente | coefficiente di diffusione apparente
    ADC-Karte | ADC kaart | carte ADC | mapa ADC | Mapa de CDA | cartographie ADC | ADC Map b50-800
    Diffusion Coefficient | ADC_high bvalue | Apparent Diff Coeff (mm2/s) | Apparent Diffusion Coeficient
    ADC (mm2/s) | epi_dwi_tra_b50_800_ADC | DWI ADC map | isoADC | ADC b0-1000
  `,
  DERIVED: `
    Exponential Apparent Diffusion Coefficient | eADC | EADC map | exp. ADC | Exp ADC | Exponentieller ADC
    ADC exponentiel | ADC exponencial | ep2d-advdiff-MDDW-12dir_spair_511b_FA | t1_vibe_dyn_tra_SUB | SUB
    Subtraktion tra | subtraction | soustraction | sustracción | Substraction AX | aftrekking | MIP
    t1_vibe MIP cor | Ktrans | K-trans map | TTP | time to peak | wash-in | Wash out | Kep | iAUC
    Perfusion map | T2 map | T2-Karte | T2_MAP | T1 Map | Screen Save | Screenshot | Bildschirmfoto | Key Images
    Schlüsselbilder | Fused T2 DWI | Fusion T2+DWI color | DynaCAD report | FA color map | Fractional Aniso.
    Fractional Anisotropy | Captura de pantalla | MIP THICK | WI_map
  `,
  LOCALIZER: `
    localizer | 3-plane Loc | 3 Plane Localizer | Survey | SURVEY CLEAR | Scout | AAHScout | Loc
    3Plane Loc SSFSE | t2_localizer | t2_loc sag | lokalizer | Lokalisator | Lokaliser | Übersicht
    Localisateur | Repérage | localizador | Localizzatore | 3 plans | 3-Ebenen Loc | SURVEY_3pl | Pilot
    trufi loc | haste_loc_3plane | LOC 3 PL | localiser | SCOUT T2 HASTE | BLADE localizer | Plan Scan
    3 plane scout | Localizer trufi 3 planes | locator | Localisation | scout_3pl | survey_bffe
  `,
  DWI: `
    Ax eDWI CALCBVAL | ep2d-advdiff-3Scan-4bvalspairstdCALCBVAL | ep2ddiffb0100400800CALCBVALDFCMIX
    AX DWI FS ZOOM 1006001000CALCBVAL | B1500T | CALCBVAL | ep2ddiff b50b1000b1600b2000CALCBVAL
    ep2d-advdiff-3Scan-b value 1400 | B1600 AX | AX DWI B50 B400 BCALCBVAL | ep2d-advdiff-3Scan-1400bvalspair
    ep2ddiffb1400 | DWICALCBVALDFC | DWI AXTRACEWDFCCALCBVAL | DWI 504001400 | Ax DWIAll b-50 1000 1500 2000
    DIFF B1600 | B1000 | Reg - Reg - DWIB01008001400 | Ax DWI B1500 | AX DIFF EP2D | Ax DWI ORIGINAL
    AX DIFF NO ANGLE B0504001400 | Ax DWI 1400 | ep2d-advdiff-3Scan-1400 bvalspairstdTRACEW | SShDWI
    eDWI 3 b-value 504001400 | Ax DWI rFOV b1350 | sDWI B2000 PACS ONLY | Ax FOCUS 50 800 1500 DWI | AX DWINBH
    3B 2000 w ERC SSh_DWI | AX DIFFUSION_CALC_BVAL_DFC_MIX | b_1500 prostate | DIFF bv1400
    diff tra b 50 500 800 WIP511b alle spoelenCALC_BVAL | DW_Synthetic: Ax DWI All B-50-800 Synthetic B-1400
    DWI_5b_0_1500 | DWI_b2000_NSA6 SENSE | sb_1500 | sB1400 | sb-1500 | sb1500 r5 only | b2000_vx1.3
    b500_vx1.3 | b90_vx1.3 | DWI 0 150 500 1000 | DWI sFOV AP 4b | SWITCH DB TO YES b3000_80
    diffusie tra b50 b500 b1000 | Diffusion transversal | Difusión axial b1400 | difusion ax
    diffusione assiale | Diffussion tra b1000 | DWIBS | ep2d_diff_tra_DYNDIST | ep2d_diff_tra_DYNDIST_MIX
    resolve_3scan_trace_tra | ep2d_diff_zoomit_tra_TRACEW | epi_dwi_tra_b1400 | DWI_REVEAL | cDWI b2000
    synthetic b1500 | computed DWI b 1400 | berechnet b1400 DWI | b-Wert 1000 tra | DWI SE-EPI ax b=1000
    isoDWI b800 | AX MUSE DWI | diffusie berekend b1500 | zoom DWI b1000
  `,
  DCE: `
    WIP WIP WIP DCE 1.3mm match FOV SENSE | DCE 2dyn modified SENSE | DCE Dix 2dyn FA15
    DCE 15dyn modified SENSE | t1_twist_tra_dyn | Twist_dynamic_Wip576_TT=8.0s
    Perfusie_t1_twist_1.3x1.3x3_temp_2s_TT=64.1s | Ax Dynamic | eTHRIVE_DYN | t1_vibe_dyn_tra | dynamisch tra KM
    Dynamik axial | dynamique axiale | DINÁMICO AX | Perfusion prostate | AX LAVA DCE | DISCO prostate | TRICKS
    4D THRIVE | GRASP vibe | Ph1/Ax LAVA dyn | quick3d_dyn_tra | AX DYN QUICK 3D | TIGRE dynamic
    AX T1 DYN VIBE 35 phases | perfusione | T1 dinamica | 4D-THRIVE KM | t1_vibe_tra_perfusion | T1_TFE_dyn
    dyn 3D T1 FFE
  `,
  T1W: `
    t1_tse_tra | Ax T1 FSE pelvis | T1W_TSE_ax | t1_vibe_fs_tra_post | AX 3D VIBE | Ax T1 FSPGR FS POST
    t1_vibe_10deg | t1FL3dfs15fa_matchVIBE | mp-rage | T1 tra Becken | T1 axiaal bekken | T1 axiale bassin
    T1 axial pelvis gadolinio | AX LAVA POST | eTHRIVE tra post KM | T1 nach KM fs tra | T1 mDIXON W
    T1 VIBE Dixon_W | T1 nach Dynamik tra | quick3d_tra_fs | T1 SE ax | T1W_FFE_ax | Ax T1 late | T1 gewogen
    T1 gewichtet axial
  `,
  OTHER: `
    csi3d_se_prostate | Spectroscopy | Spektroskopie | Spectroscopie | Espectroscopia | MRSI prostate
    ASSET calibration | Calibration scan | CoilSurvey | SENSE RefScan | B1 map | tfl_b1map | B1_Map_tra
    field map | t2_fl2d_tra_hemo | T2* GRE | T2_star tra | SWI | trufi sag | FIESTA ax | B-TFE cor
    TrueFISP tra | BALANCED FFE sag | BOLD fMRI | Kalibrierung | kalibratie | bSSFP cor | Ref scan
    T2*_tra_medic | GRE T2 star hemorrhage | TOF angio | PD ref tra | Prescan | shim
  `,
};

const listOf = (text: string): string[] =>
  text
    .split(/[|\n]/)
    .map((one) => one.trim())
    .filter(Boolean);

describe('descriptions alone', () => {
  it.each(Object.keys(DESCRIPTIONS) as SeriesRole[])('say %s', (role) => {
    const answers = listOf(DESCRIPTIONS[role]).map((description) =>
      classifySeries(seriesOf(description, { description })),
    );
    expect(answers.filter((answer) => answer.role !== role)).toEqual([]);
  });
});

const IN_BORE_STUDIES = `
  MRI GUIDED PROSTATE BIOPSY | MR-gesteuerte Prostatabiopsie | MRT gesteuerte Biopsie Prostata
  MR geleid prostaatbiopt | MR geleide biopsie prostaat | Biopsie prostate sous IRM
  Biopsie prostatique guidée par IRM | Biopsia de próstata guiada por RM | In-bore biopsy prostate | MRGB
  Prostatabiopsie MRT | MR BIOPSY PROSTATE | Prostate biopsy in bore | biopsia RM prostata
  MRI prostate intervention biopsy | MR Biopsie Prostata | Biopsia guidata RM | MRI-guided in-bore biopsy
  MR prostaat biopsie | Prostatastanzbiopsie MR | IRM guidage biopsie | MRI Guided Targeted Bx Prostate
  Planung MR-gesteuerte Biopsie | MRI guided prostate biopsy planning
`;
const DIAGNOSTIC_STUDIES = `
  MRI PROSTATE WWO CONTRAST | MRI prostate pre biopsy | MRT Prostata vor Biopsie | MRI prostate post biopsy
  MR Prostata nach Biopsie | mpMRI prostate - biopsy naive | MR prostaat voor biopsie
  IRM prostate avant biopsie | RM próstata previa a biopsia | MRI prostate prior negative biopsy
  MRI PROSTATE FOR FUSION BIOPSY | MR prostaat kanker detectie | MRI prostate UroNav biopsy planning
  Z.n. Biopsie Prostata | MR Prostata Staging | Prostate, biopsy proven cancer
  MRI PROSTATE PRE US GUIDED BIOPSY | MR for TRUS-guided biopsy
`;
const IN_BORE_SERIES = `
  AX TSE T2 GUIDANCE FOR NEEDLE at FIX _H0 | AX TSE T2 GUIDENCE FOR NEEDLE | t2 tra Nadel | naaldcontrole tra
  contrôle aiguille | control aguja | trufi sag Nadelkontrolle 3 | T2 template tra | HASTE needle check
  needle verification T2 ax | t2_tse_tra_biopsie | T2 tra Punktion | naald positie | T2 nedle guidance
  BIOPSY AX T2 | NEEDLE CONFIRMATION | t2 tra biopt | Nadellage tra | haste tra nadel li | guiado aguja T2
`;
const DIAGNOSTIC_SERIES = `
  T1 pre biopsy hemorrhage | t2_tse_tra | T2 for fusion biopsy UroNav | T1 post biopsy haemorrhage
  T2 tra imagoguide
`;

describe('intraprocedural', () => {
  const flagged = (key: 'study' | 'description', list: string): string[] =>
    listOf(list).filter((text) => classifySeries(seriesOf('s', { [key]: text })).intraprocedural);

  it('is every series of an in-bore biopsy, and none of a diagnostic study around a biopsy', () => {
    expect(flagged('study', IN_BORE_STUDIES)).toEqual(listOf(IN_BORE_STUDIES));
    expect(flagged('study', DIAGNOSTIC_STUDIES)).toEqual([]);
  });

  it('is a series that shows the needle', () => {
    expect(flagged('description', IN_BORE_SERIES)).toEqual(listOf(IN_BORE_SERIES));
    expect(flagged('description', DIAGNOSTIC_SERIES)).toEqual([]);
  });
});

describe('remarks on quality', () => {
  it.each([
    'beweging',
    'bewegt',
    'motion artifact',
    'mouvement',
    'le patient a bouge',
    'movimiento',
    'artefacten',
    'non-diagnostic',
    'schlechte qualitat',
  ])('"%s" is bad', (remark) => expect(isDegraded(remark)).toBe(true));

  it.each([
    't2 ax small fov *if motion repeat*',
    't2_blade motion correction',
    't2 wdh wegen bewegung',
    't2 herhaling ivm beweging',
    'repeat due to motion',
    'keine artefakte',
    't2_tse_tra',
  ])('"%s" is not', (remark) => expect(isDegraded(remark)).toBe(false));

  it.each(['abgebrochen', 'afgebroken', 'aborted', 'interrompu', 'scan stopped', 'interrumpido', 'unvollstandig'])(
    '"%s" was stopped',
    (remark) => expect(isAborted(remark)).toBe(true),
  );
});
